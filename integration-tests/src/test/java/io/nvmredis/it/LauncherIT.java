package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.Program;
import io.nvmredis.it.kit.TestDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which heap and collector {@code ./nvm-redis} chooses. The launcher runs in a folder that looks like a checkout that has been
 * built, with a program in the place of Java that prints its arguments.
 */
class LauncherIT {
    private static final List<String> MODULES = List.of("spi", "rdb", "stock", "engine", "server", "assembly");
    private static final long KILOBYTES_OF_24_GB = 24L << 20;

    @RegisterExtension
    private final TestDirectory directory = TestDirectory.onDisk();

    private Path root;

    @BeforeEach
    void layOutACheckout() throws IOException, InterruptedException {
        root = directory.path();
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
        limitMemory(KILOBYTES_OF_24_GB, "");
        Path server = Files.createDirectories(root.resolve("upstream/assembly/target/server/lib"))
                .getParent();
        Files.createFile(server.resolve("lib/server.jar"));
        // As the launcher lists the jars after a build.
        run(List.of(
                "bash",
                "-c",
                "find '" + server + "/lib' -type f -printf '%f %s %T@\\n' | LC_ALL=C sort >'" + server + "/built'"));
    }

    /** Lets the launcher find so much memory, and these control groups. */
    private void limitMemory(long kilobytes, String controlGroups) throws IOException, InterruptedException {
        Path proc = Files.createDirectories(root.resolve("proc/self")).getParent();
        Files.writeString(proc.resolve("meminfo"), "MemTotal:       " + kilobytes + " kB\nMemFree:        1234 kB\n");
        Files.deleteIfExists(proc.resolve("self/cgroup"));
        if (!controlGroups.isEmpty()) {
            Files.writeString(proc.resolve("self/cgroup"), controlGroups);
        }
    }

    private void writeLimit(String file, String content) throws IOException, InterruptedException {
        Path path = root.resolve("cgroup").resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content + "\n");
    }

    private Path java(int version) throws IOException, InterruptedException {
        Path home = root.resolve("jdk-" + version);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + ".0.1\"\n");
        Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        return home;
    }

    private List<String> start(int version, String userOptions, String... arguments)
            throws IOException, InterruptedException {
        return start(version, "", userOptions, arguments);
    }

    private List<String> start(int version, String toolOptions, String userOptions, String[] arguments)
            throws IOException, InterruptedException {
        return run(command(version, toolOptions, userOptions, arguments));
    }

    private List<String> command(int version, String toolOptions, String userOptions, String[] arguments)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("env", "-u", "JDK_JAVA_OPTIONS"));
        words.add("JAVA_TOOL_OPTIONS=" + toolOptions);
        words.add("JAVA_HOME=" + java(version));
        words.add("NVM_REDIS_JAVA_OPTS=" + userOptions);
        words.add("NVM_REDIS_TEST_PROC=" + root.resolve("proc"));
        words.add("NVM_REDIS_TEST_CONTROL_GROUPS=" + root.resolve("cgroup"));
        words.add("bash");
        words.add(root.resolve("nvm-redis").toString());
        words.addAll(List.of(arguments));
        return words;
    }

    private static List<String> run(List<String> words) throws IOException, InterruptedException {
        return Program.run(words.toArray(String[]::new));
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
            throws IOException, InterruptedException {
        String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);
        List<String> options = start(version, userOptions, words);
        assertThat(collectors(options)).containsExactly(expected.split(" ", -1));
        assertThat(options).contains(userOptions.split(" ", -1));
    }

    /** A cache need not be large; what all data must fit into takes what there is. */
    @Test
    void shouldLimitTheHeapOfNvmAof() throws IOException, InterruptedException {
        assertThat(start(17, "")).contains("-Xmx4g");
        assertThat(start(17, "", "--port", "0", "--persistence", "nvm-aof")).contains("-Xmx4g");
        assertThat(start(17, "", "import", "dump.rdb", "--persistence=nvm-aof")).contains("-Xmx4g");
    }

    /** Data in the heap, options in a file, values that a larger heap has taken, and a user who says otherwise. */
    @ParameterizedTest
    @CsvSource({
        "'', --persistence aof",
        "'', --persistence=none",
        "'', @file",
        "'', export --format rdb dump.rdb",
        "-Xms8g, ''",
        "-XX:InitialHeapSize=8g, ''",
        "-XX:MaxRAM=20g, ''",
        "-XX:MaxRAMPercentage=70, ''"
    })
    void shouldNotLimitTheHeapOtherwise(String userOptions, String arguments) throws IOException, InterruptedException {
        String[] words = arguments.isEmpty() ? new String[0] : arguments.split(" ", -1);
        List<String> options = start(17, userOptions, words);
        assertThat(options).contains("-XX:MaxRAMPercentage=70").doesNotContain("-Xmx4g");
        assertThat(collectors(options)).containsExactly("-XX:+UseZGC");
    }

    @Test
    void shouldTakeThePersistenceFromTheEnvironmentUnlessItIsAnArgument() throws IOException, InterruptedException {
        assertThat(startWith("NVM_REDIS_PERSISTENCE=none")).doesNotContain("-Xmx4g");
        assertThat(startWith("NVM_REDIS_PERSISTENCE=nvm-aof")).contains("-Xmx4g");
        assertThat(startWith("NVM_REDIS_PERSISTENCE=none", "--persistence=nvm-aof"))
                .contains("-Xmx4g");
    }

    private List<String> startWith(String variable, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("env", variable));
        words.addAll(command(17, "", "", arguments));
        return run(words);
    }

    /** The banner says how much of it the heap takes. */
    @Test
    void shouldTellTheServerHowMuchMemoryThereIs() throws IOException, InterruptedException {
        assertThat(start(17, "-Xmx1g")).contains("-Dnvmredis.memory-limit-kb=" + KILOBYTES_OF_24_GB);
        limitMemory(KILOBYTES_OF_24_GB, "0::/\n");
        writeLimit("memory.max", Long.toString(512L << 20));
        assertThat(start(17, "")).contains("-Dnvmredis.memory-limit-kb=" + (512 << 10));
    }

    /** Of two collectors the JVM would take none. */
    @Test
    void shouldHeedWhatEveryJvmReads() throws IOException, InterruptedException {
        String[] none = {};
        assertThat(collectors(start(17, "-XX:+UseG1GC", "", none))).isEmpty();
        assertThat(collectors(start(17, "-Xmx6g", "", none))).containsExactly("-XX:+UseZGC");
        assertThat(start(17, "-Xmx6g", "", none)).doesNotContain("-Xmx4g");
        assertThat(collectors(start(17, "-Xmx6g", "-Xmx2g", none))).containsExactly("-XX:+UseParallelGC");
    }

    @Test
    void shouldKnowTheLimitOfAControlGroup() throws IOException, InterruptedException {
        String[] stock = {"--persistence", "none"};
        assertThat(collectors(start(17, "", stock))).containsExactly("-XX:+UseZGC");
        limitMemory(KILOBYTES_OF_24_GB, "0::/a/b\n");
        writeLimit("memory.max", "max");
        assertThat(collectors(start(17, "", stock))).containsExactly("-XX:+UseZGC");
        writeLimit("a/memory.max", "2147483648");
        writeLimit("a/b/memory.max", "max");
        assertThat(collectors(start(17, "", stock))).containsExactly("-XX:+UseParallelGC");
        limitMemory(KILOBYTES_OF_24_GB, "12:cpu:/\n9:memory:/docker/abc\n0::/\n");
        assertThat(collectors(start(17, "", stock))).containsExactly("-XX:+UseZGC");
        writeLimit("memory/memory.limit_in_bytes", "3000000000");
        assertThat(collectors(start(17, "", stock))).containsExactly("-XX:+UseParallelGC");
        assertThat(start(17, "")).doesNotContain("-Xmx4g");
        writeLimit("memory/memory.limit_in_bytes", "9223372036854771712");
        assertThat(start(17, "")).contains("-Xmx4g");
    }

    /** A container that exceeds its limit is killed, and a JVM takes more than its heap. */
    @Test
    void shouldLeaveRoomForWhatIsNotHeap() throws IOException, InterruptedException {
        limitMemory(KILOBYTES_OF_24_GB, "0::/\n");
        writeLimit("memory.max", Long.toString(1L << 30));
        assertThat(start(17, "")).contains("-XX:MaxRAMPercentage=70").noneMatch(option -> option.startsWith("-Xmx"));
        writeLimit("memory.max", Long.toString(256L << 20));
        assertThat(start(17, "")).contains("-Xmx" + (96 << 10) + "k");
        assertThat(start(17, "-Xmx200m")).doesNotContain("-Xmx" + (96 << 10) + "k");
        assertThat(start(17, "-XX:MaxRAMPercentage=80")).noneMatch(option -> option.startsWith("-Xmx"));
        writeLimit("memory.max", Long.toString(128L << 20));
        assertThat(start(17, "")).contains("-Xmx" + (32 << 10) + "k");
    }
}
