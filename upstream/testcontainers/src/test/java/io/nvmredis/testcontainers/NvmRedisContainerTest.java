package io.nvmredis.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** What a container is asked to be, without an engine to run it: that is for the integration tests. */
class NvmRedisContainerTest {
    private static final String IMAGE = "nvm-redis:0.1.0";

    @TempDir
    private Path directory;

    @Test
    void shouldGiveTheServerItsSettingsWhateverTheirOrder() {
        NvmRedisContainer container = new NvmRedisContainer(IMAGE)
                .withSetting("save", "")
                .withPersistence("rdb")
                .withPersistence("nvm-aof")
                .withDramBudget("64mb")
                .withDomain("emulated");
        assertThat(container.command(List.of("@file")))
                .containsExactly(
                        "@file",
                        "--dram-budget",
                        "64mb",
                        "--nvm-domain",
                        "emulated",
                        "--persistence",
                        "nvm-aof",
                        "--save",
                        "");
    }

    @Test
    void shouldTakeImagesThatAreDeclaredToBeSubstitutes() {
        DockerImageName other = DockerImageName.parse("registry.example/team/cache:7");
        assertThat(new NvmRedisContainer(other.asCompatibleSubstituteFor("nvm-redis")).getExposedPorts())
                .containsExactly(6379);
        assertThatThrownBy(() -> new NvmRedisContainer(other))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nvm-redis");
    }

    @Test
    void shouldRefuseSettingsThatItCannotPassOn() {
        NvmRedisContainer container = new NvmRedisContainer(IMAGE);
        assertThatThrownBy(() -> container.withSetting("--save", "")).hasMessageContaining("without the dashes");
        assertThatThrownBy(() -> container.withSetting("port", "7000")).hasMessageContaining("getRedisPort()");
    }

    @Test
    void shouldCopyOneSourceForEverybodyToRead() throws IOException {
        Path dump = Files.writeString(directory.resolve("dump.rdb"), "REDIS");
        Files.setPosixFilePermissions(dump, PosixFilePermissions.fromString("rw-------"));
        NvmRedisContainer container = new NvmRedisContainer(IMAGE).withSeedData(dump);
        assertThat(NvmRedisContainer.readable(dump).getFileMode() & 0777).isEqualTo(0755);
        assertThatThrownBy(() -> container.withSeedData(MountableFile.forHostPath(dump)))
                .hasMessageContaining("one source");
        assertThatThrownBy(() -> new NvmRedisContainer(IMAGE).withSeedData(directory.resolve("absent")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("absent");
    }
}
