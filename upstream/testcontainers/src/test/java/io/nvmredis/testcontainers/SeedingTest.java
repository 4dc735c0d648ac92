package io.nvmredis.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.ContainerLaunchException;

/** The entry point, run by the bash of this machine with {@code echo} in the launcher's place. */
class SeedingTest {
    private static final String SOURCE = "/nvm-redis-seed/a dump.rdb";

    @TempDir
    private Path directory;

    private List<String> lines;

    private int run(List<String> launcher, String... arguments) throws IOException, InterruptedException {
        Map<String, String> settings =
                Map.of("dir", directory.toString(), "nvm-domain", "emulated", "requirepass", "secret");
        List<String> words = new ArrayList<>(Seeding.entrypoint(settings, SOURCE, launcher));
        words.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        lines = output.lines().toList();
        return process.waitFor();
    }

    private String importing() {
        return "import " + SOURCE + " --dir " + directory + " --nvm-domain emulated";
    }

    @Test
    void shouldImportIntoAnEmptyDirectoryAndThenServe() throws Exception {
        assertThat(run(List.of("echo", "-n"), "--io-threads", "2")).isZero();
        assertThat(lines).containsExactly(importing() + "--io-threads 2");
    }

    @Test
    void shouldServeWhatIsThereAlready() throws Exception {
        Files.createFile(directory.resolve(".hidden"));
        assertThat(run(List.of("echo"), "--save", "")).isZero();
        assertThat(lines).containsExactly("--save ");
    }

    @Test
    void shouldNotServeIfTheImportFails() throws Exception {
        assertThat(run(List.of("bash", "-c", "echo \"$1\"; exit 7", "launcher")))
                .isEqualTo(7);
        assertThat(lines).containsExactly("import");
    }

    @Test
    void shouldRefuseToImportForAPersistenceThatKeepsNothing() {
        assertThatThrownBy(() -> Seeding.entrypoint(Map.of("persistence", "none"), SOURCE, List.of("echo")))
                .isInstanceOf(ContainerLaunchException.class)
                .hasMessageContaining("none keeps no data");
    }
}
