package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which heap and collector {@code ./nvm-redis} chooses. The launcher runs in a folder that looks like a checkout that has been
 * built, with a program in the place of Java that prints its arguments.
 */
class LauncherIT {
    private static final List<String> MODULES = List.of("spi", "rdb", "stock", "engine", "server", "assembly");
    private static final long GIGABYTE = 1L << 30;

    @TempDir
    private Path root;

    @BeforeEach
    void layOutACheckout() throws IOException {
        Files.copy(Path.of("..", "nvm-redis"), root.resolve("nvm-redis"));
        for (String folder : List.of(".mvn", "patches", "upstream/engine/src/build", "nvm-persistence/src/main")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.createFile(root.resolve("pom.xml"));
        Files.createFile(root.resolve("upstream/pom.xml"));
        Files.createFile(root.resolve("nvm-persistence/pom.xml"));
        for (String module : MODULES) {
            Files.createDirectories(root.resolve("upstream/" + module + "/src/main"));
            Files.createFile(root.resolve("upstream/" + module + "/pom.xml"));
        }
        Path server = Files.createDirectories(root.resolve("upstream/assembly/target/server/lib"))
                .getParent();
        Files.createFile(server.resolve("lib/server.jar"));
        // As the launcher lists the jars after a build.
        run(List.of(
                "bash",
                "-c",
                "find '" + server + "/lib' -type f -printf '%f %s %T@\\n' | LC_ALL=C sort >'" + server + "/built'"));
    }

    private Path java(int version) throws IOException {
        Path home = root.resolve("jdk-" + version);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + ".0.1\"\n");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }

    private List<String> start(int version, String userOptions, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(
                List.of("env", "JAVA_HOME=" + java(version), "NVM_REDIS_JAVA_OPTS=" + userOptions, "bash"));
        words.add(root.resolve("nvm-redis").toString());
        words.addAll(List.of(arguments));
        return run(words);
    }

    private static List<String> run(List<String> words) throws IOException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        List<String> lines = process.inputReader().lines().toList();
        assertThat(process.onExit().join().exitValue()).as("%s", lines).isZero();
        return lines;
    }

    private static List<String> collectors(List<String> options) {
        return options.stream()
                .filter(option -> option.matches("-XX:[+](Use.*GC|ZGenerational)"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "17, -Xmx512m, '', -XX:+UseParallelGC",
        "17, -Xmx4g, '', -XX:+UseParallelGC",
        "17, -Xmx4194304k, '', -XX:+UseParallelGC",
        "17, -Xmx4294967296, '', -XX:+UseParallelGC",
        "17, -Xmx4097m, '', -XX:+UseZGC",
        "17, -Xmx1t, '', -XX:+UseZGC",
        "17, -XX:MaxHeapSize=5g, '', -XX:+UseZGC",
        "17, -XX:MaxHeapSize=3g, --persistence none, -XX:+UseParallelGC",
        "21, -Xmx6g, '', -XX:+UseZGC -XX:+ZGenerational",
        "22, -Xmx6g, --persistence=rdb, -XX:+UseZGC -XX:+ZGenerational",
        "23, -Xmx6g, '', -XX:+UseZGC",
        "25, -Xmx6g, --persistence none, -XX:+UseZGC",
        "17, -Xmx6g -XX:+UseG1GC, '', -XX:+UseG1GC",
        "25, -XX:+UseShenandoahGC, '', -XX:+UseShenandoahGC"
    })
    void shouldChooseTheCollectorByTheHeap(int version, String userOptions, String arguments, String expected)
            throws IOException {
        String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);
        List<String> options = start(version, userOptions, words);
        assertThat(collectors(options)).containsExactly(expected.split(" ", -1));
        assertThat(options).contains(userOptions.split(" ", -1));
    }

    /** A cache need not be large; what all data must fit into takes what there is. */
    @Test
    void shouldLimitTheHeapOfNvmAof() throws IOException {
        long memory = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
        boolean isLarge = memory * 70 / 100 > 4 * GIGABYTE;
        assertThat(start(17, "").contains("-Xmx4g")).isEqualTo(isLarge);
        assertThat(start(17, "", "--persistence", "nvm-aof").contains("-Xmx4g")).isEqualTo(isLarge);
        assertThat(start(17, "", "--persistence", "aof"))
                .contains("-XX:MaxRAMPercentage=70")
                .doesNotContain("-Xmx4g");
        assertThat(collectors(start(17, "", "--persistence=none")))
                .containsExactly(isLarge ? "-XX:+UseZGC" : "-XX:+UseParallelGC");
    }
}
