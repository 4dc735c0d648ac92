package io.nvmredis.transfer;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.OptionalLong;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** Queries to the Redis that is imported from, on connections apart from the replication's. Any thread. */
final class Master {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final MasterAddress address;
    private final @Nullable SSLSocketFactory sockets;
    private final MasterTls tls;

    /**
     * Makes queries to a master.
     *
     * @param sockets sockets over TLS; null for others
     */
    Master(MasterAddress address, @Nullable SSLSocketFactory sockets, MasterTls tls) {
        this.address = address;
        this.sockets = sockets;
        this.tls = tls;
    }

    private Jedis connect() {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder().timeoutMillis(TIMEOUT_MILLIS);
        if (address.password() != null) {
            config.user(address.user()).password(address.password());
        }
        return sockets == null
                ? new Jedis(address.host(), address.port(), config.build())
                : new Jedis(() -> socket(sockets), config.build());
    }

    private Socket socket(SSLSocketFactory made) {
        try {
            SSLSocket socket = (SSLSocket) made.createSocket();
            socket.setSSLParameters(tls.parameters());
            socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return socket;
        } catch (IOException e) {
            throw new JedisConnectionException(e.getMessage(), e);
        }
    }

    /**
     * Returns the master's release.
     *
     * @throws TransferException if the master cannot be reached or does not let this user in
     */
    String version() {
        try (Jedis jedis = connect()) {
            return field(jedis.info("server"), "redis_version");
        } catch (JedisException e) {
            throw new TransferException(
                    String.format(
                            Locale.ROOT,
                            "%s does not answer: %s; is it running, and are user and password right?",
                            address,
                            e.getMessage()),
                    e);
        }
    }

    /** Returns how far the master's replication stream goes by now; empty if the master does not say. */
    OptionalLong offset() {
        try (Jedis jedis = connect()) {
            return OptionalLong.of(Long.parseLong(field(jedis.info("replication"), "master_repl_offset")));
        } catch (JedisException | NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static String field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }
}
