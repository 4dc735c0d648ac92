package io.nvmredis.it.container;

import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import io.nvmredis.testcontainers.NvmRedisContainer;
import java.util.List;
import java.util.Map;
import org.testcontainers.DockerClientFactory;

/** A volume that outlives containers, and is removed in the end. */
final class Volume implements AutoCloseable {
    private final String name;

    Volume() {
        this(Map.of());
    }

    private Volume(Map<String, String> options) {
        ServerImage.NVM_REDIS.require();
        name = DockerClientFactory.lazyClient()
                .createVolumeCmd()
                .withDriverOpts(options)
                .withLabels(DockerClientFactory.DEFAULT_LABELS)
                .exec()
                .getName();
    }

    /** A volume in memory that holds no more than this, such as {@code 16m}. */
    static Volume ofSize(String size) {
        return new Volume(Map.of("type", "tmpfs", "device", "tmpfs", "o", "size=" + size));
    }

    /** A container, not started, that has its data here. */
    NvmRedisContainer container() {
        return container(false);
    }

    /** The same, but it may not write here. */
    NvmRedisContainer readOnlyContainer() {
        return container(true);
    }

    private NvmRedisContainer container(boolean isReadOnly) {
        Mount mount = new Mount()
                .withType(MountType.VOLUME)
                .withSource(name)
                .withTarget("/data")
                .withReadOnly(isReadOnly);
        return ServerImage.nvmRedis().withCreateContainerCmdModifier(command -> {
            HostConfig host = command.getHostConfig();
            command.withHostConfig(host.withMounts(List.of(mount)));
        });
    }

    @Override
    public void close() {
        DockerClientFactory.lazyClient().removeVolumeCmd(name).exec();
    }
}
