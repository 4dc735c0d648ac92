package io.nvmredis.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Requirement;
import io.nvmredis.testcontainers.NvmRedisContainer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.utility.DockerImageName;
import redis.clients.jedis.Jedis;

/** A server in a container, for tests of programs that are to find their data again after a crash. */
@Tag("container")
class ContainerExampleIT {
    private static final String IMAGE = System.getenv().getOrDefault("CONTAINER_TEST_IMAGE", "nvm-redis:0.1.0");

    @BeforeAll
    static void requireImage() {
        Requirement.requireImage(IMAGE, "./nvm-redis image makes it");
    }

    @Test
    void shouldHaveItsDataAgainAfterACrash() {
        // An image of the usual name, nvm-redis, is given by its name: new NvmRedisContainer("nvm-redis:0.1.0").
        DockerImageName image = DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("nvm-redis");
        try (NvmRedisContainer redis = new NvmRedisContainer(image)
                .withPersistence("nvm-aof")
                .withDomain("msync")
                .withDramBudget("32mb")
                // Settings are named as on the command line, without the dashes.
                .withSetting("requirepass", "p@ss word")) {
            redis.start();
            try (Jedis jedis = new Jedis(redis.getRedisURI())) {
                jedis.set("greeting", "hello");
            }
            redis.killAndRestart();
            try (Jedis jedis = new Jedis(redis.getRedisURI())) {
                assertThat(jedis.get("greeting")).isEqualTo("hello");
            }
        }
    }
}
