package io.nvmredis.it.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.nvmredis.server.NvmRedisServer;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A server that keeps its data with a persistence of one's own, chosen by its name. */
class OwnPersisterIT {
    @TempDir
    private Path directory;

    private NvmRedisServer start() {
        return NvmRedisServer.builder()
                .port(0)
                .dir(directory)
                .persistence("effect-file")
                .build()
                .start();
    }

    private void fill() {
        try (NvmRedisServer server = start();
                Jedis jedis = new Jedis(server.host(), server.port())) {
            for (int i = 0; i < 100; i++) {
                jedis.rpush("list", "element " + i);
            }
            jedis.set("gone", "x");
            jedis.del("gone");
        }
    }

    @Test
    void shouldHaveItsDataAgainAfterARestart() {
        fill();
        try (NvmRedisServer server = start();
                Jedis jedis = new Jedis(server.host(), server.port())) {
            assertThat(jedis.llen("list")).isEqualTo(100);
            assertThat(jedis.lindex("list", 99)).isEqualTo("element 99");
            assertThat(jedis.exists("gone")).isFalse();
            assertThat(jedis.info("persistence")).contains("effect_file_bytes:");
        }
    }

    @Test
    void shouldCutWhatACrashHasTorn() throws IOException {
        fill();
        Path file = directory.resolve(EffectFile.NAME);
        byte[] bytes = Files.readAllBytes(file);
        // The last frame holds the DEL.
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        try (NvmRedisServer server = start()) {
            assertThat(server.recovery().note()).startsWith("cut ");
            assertThat(server.keyCount()).isEqualTo(2);
        }
    }

    @Test
    void shouldRefuseWhatIsDamagedAndLeaveItAsItIs() throws IOException {
        fill();
        Path file = directory.resolve(EffectFile.NAME);
        byte[] bytes = Files.readAllBytes(file);
        bytes[EffectFile.MAGIC_LENGTH + 20] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(this::start)
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(file + " is damaged at offset 8");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void shouldNeedNothingButTheSpi() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .haveNameMatching(
                        "(java\\.|io\\.nvmredis\\.spi\\.|io\\.nvmredis\\.it\\.examples\\.EffectFile).*|\\[.*|[a-z]+")
                .check(new ClassFileImporter()
                        .importClasses(EffectFile.class, EffectFilePersister.class, EffectFilePersisterProvider.class));
    }
}
