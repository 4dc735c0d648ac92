package io.nvmredis.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.junit5.EmbeddedRedis;
import io.nvmredis.junit5.WithNvmRedis;
import io.nvmredis.server.NvmRedisServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** A server within this JVM for each test, started and ended by the extension. */
@WithNvmRedis(domain = "emulated", settings = "nvm-segment-size=16mb")
class ExtensionExampleIT {
    @BeforeEach
    void greet(EmbeddedRedis redis) {
        try (Jedis jedis = new Jedis(redis.uri())) {
            jedis.set("greeting", "hello");
        }
    }

    @Test
    void shouldHaveItsDataAgainAfterARestart(EmbeddedRedis redis) {
        redis.restart();
        try (Jedis jedis = new Jedis(redis.uri())) {
            assertThat(jedis.get("greeting")).isEqualTo("hello");
        }
    }

    /** Redis's append-only file in its place, for one test. */
    @Test
    @WithNvmRedis(persistence = "aof")
    void shouldLetATestHaveAnotherPersistence(NvmRedisServer server) {
        assertThat(server.persistence()).isEqualTo("aof");
        assertThat(server.keyCount()).isEqualTo(1);
    }
}
