package io.nvmredis.it.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.server.NvmRedisServer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A server within this JVM, which keeps its data on (non-volatile) memory-mapped files from one start to the next. */
class EmbeddedServerIT {
    @TempDir
    private Path directory;

    /** Closed by the end of a {@code try}, it has made everything durable and released the directory. */
    private NvmRedisServer start() {
        return NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .persistence("nvm-aof")
                // Settings are named as on the command line, without the dashes.
                .setting("nvm-domain", "auto")
                .setting("nvm-segment-size", "16mb")
                .build()
                .start();
    }

    @Test
    void shouldHaveItsDataAgainAfterARestart() {
        try (NvmRedisServer server = start();
                Jedis jedis = new Jedis(server.host(), server.port())) {
            assertThat(server.durability().survivesPowerLoss()).isTrue();
            jedis.set("greeting", "hello");
            jedis.hset("user:1", "name", "Ada");
        }
        try (NvmRedisServer server = start();
                Jedis jedis = new Jedis(server.host(), server.port())) {
            assertThat(server.keyCount()).isEqualTo(2);
            assertThat(jedis.get("greeting")).isEqualTo("hello");
            assertThat(jedis.hgetAll("user:1")).containsEntry("name", "Ada").hasSize(1);
        }
    }
}
