package io.nvmredis.it.container;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.testcontainers.NvmRedisContainer;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** The images that clients are tested with. */
enum ServerImage {
    NVM_REDIS("CONTAINER_TEST_IMAGE", "nvm-redis:0.1.0", "./nvm-redis image makes it") {
        @Override
        NvmRedisContainer container() {
            return nvmRedis();
        }
    },
    /** Without persistence, as the image comes. */
    REDIS("CONTAINER_TEST_REDIS_IMAGE", "redis:7", "docker pull redis:7 gets it") {
        @Override
        GenericContainer<?> container() {
            require();
            return new GenericContainer<>(DockerImageName.parse(imageName()))
                    .withExposedPorts(PORT)
                    .waitingFor(Wait.forLogMessage(".*Ready to accept connections.*", 1));
        }
    };

    static final int PORT = 6379;

    private final String variable;
    private final String usual;
    private final String remedy;

    ServerImage(String variable, String usual, String remedy) {
        this.variable = variable;
        this.usual = usual;
        this.remedy = remedy;
    }

    /** The image that an environment variable names, or the usual one. */
    String imageName() {
        return System.getenv().getOrDefault(variable, usual);
    }

    /** A container of the image, not started; the test is skipped if there is no such image. */
    abstract GenericContainer<?> container();

    void require() {
        Requirement.requireImage(imageName(), remedy);
    }

    /** One of this server. */
    static NvmRedisContainer nvmRedis() {
        NVM_REDIS.require();
        return new NvmRedisContainer(
                DockerImageName.parse(NVM_REDIS.imageName()).asCompatibleSubstituteFor("nvm-redis"));
    }
}
