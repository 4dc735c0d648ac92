import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.commons.dataconversion.MediaType;
import org.infinispan.distribution.ch.impl.RESPHashFunctionPartitioner;
import org.infinispan.globalstate.ConfigurationStorage;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.server.resp.RespServer;
import org.infinispan.server.resp.configuration.RespServerConfigurationBuilder;

/** Infinispan's RESP endpoint over a cache that is kept in a soft-index file store. Arguments: directory, port. */
public class InfinispanPeer {
    public static void main(String[] arguments) throws Exception {
        GlobalConfigurationBuilder global = new GlobalConfigurationBuilder();
        // The endpoint asks for a cache whose configuration is kept, which the storage by default does not do.
        global.globalState()
                .enable()
                .persistentLocation(arguments[0])
                .configurationStorage(ConfigurationStorage.OVERLAY);
        global.cacheManagerName("peer");
        ConfigurationBuilder cache = new ConfigurationBuilder();
        cache.encoding().key().mediaType(MediaType.APPLICATION_OCTET_STREAM_TYPE);
        cache.encoding().value().mediaType(MediaType.APPLICATION_OCTET_STREAM_TYPE);
        cache.clustering().hash().keyPartitioner(new RESPHashFunctionPartitioner()).numSegments(256);
        cache.persistence().addSoftIndexFileStore()
                .dataLocation(arguments[0] + "/data")
                .indexLocation(arguments[0] + "/index");
        DefaultCacheManager manager = new DefaultCacheManager(global.build());
        manager.defineConfiguration("respCache", cache.build());
        RespServer server = new RespServer();
        server.start(
                new RespServerConfigurationBuilder()
                        .host("127.0.0.1")
                        .port(Integer.parseInt(arguments[1]))
                        .defaultCacheName("respCache")
                        .build(),
                manager);
        server.postStart();
        Thread.currentThread().join();
    }
}
