package io.nvmredis.bench;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the command line of the comparison takes, with its defaults. */
final class BenchOptions {
    @Option(names = "--list", description = "say which arms there are, and why others are not, and end")
    boolean list;

    @Option(
            names = "--arms",
            split = ",",
            paramLabel = "<name>",
            description = "servers to compare (default: all that this machine offers, see --list;"
                    + " jedis-mock, claudb and infinispan on request)")
    List<String> arms = List.of();

    @Option(
            names = "--before",
            paramLabel = "<dir>",
            description = "another checkout of this project, built there with mvn -DskipTests package: each of its"
                    + " servers is an arm, too, whose name ends in -before")
    @Nullable
    Path before;

    @Option(names = "--rounds", paramLabel = "<n>", description = "times that each arm is run (default: 3)")
    int rounds;

    @Option(names = "--seconds", paramLabel = "<s>", description = "that each load is measured (default: 0.8)")
    double seconds;

    @Option(names = "--keys", paramLabel = "<n>", description = "keys that are chosen from (default: 100000)")
    int keys = 100_000;

    @Option(names = "--value-size", paramLabel = "<bytes>", description = "of values (default: 100)")
    int valueSize = 100;

    @Option(
            names = "--large-value-size",
            paramLabel = "<bytes>",
            description = "of the values of the workload large (default: 65536)")
    int largeValueSize = 65_536;

    @Option(
            names = "--pipeline",
            split = ",",
            paramLabel = "<n>",
            description = "pipelines that set is run with; the others have the middle one (default: 1,16,64)")
    List<Integer> pipelines = List.of(1, 16, 64);

    @Option(names = "--clients", paramLabel = "<n>", description = "connections (default: 50)")
    int clients = 50;

    @Option(
            names = "--workloads",
            split = ",",
            paramLabel = "<load>",
            description =
                    "loads (default: set at each pipeline, with one client and at --rate, and reads by Zipf's law);"
                            + " all has every workload, none leaves them out")
    List<String> workloads = List.of();

    @Option(
            names = "--rate",
            paramLabel = "<n>",
            description = "SETs a second of the open loop, from which latency is read (default: 5000)")
    int rate = 5_000;

    @Option(
            names = "--dir",
            paramLabel = "<dir>",
            description = "directory on a disk (default: the one for temporary files)")
    Path dir = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--nvm-dir",
            paramLabel = "<dir>",
            description = "directory on non-volatile memory, or on a tmpfs in its place (default: /dev/shm)")
    Path nvmDir = Path.of("/dev/shm");

    @Option(
            names = "--nvm-emulate-latency-ns",
            paramLabel = "<ns>",
            description = "that the domain emulated adds to each wait for the medium (default: 0)")
    long emulateLatencyNanos;

    @Option(
            names = "--nvm-emulate-bandwidth",
            paramLabel = "<size>",
            description = "a second that the domain emulated writes, such as 2gb (default: 0, no limit)")
    String emulateBandwidth = "0";

    @Option(
            names = "--jvm-options",
            paramLabel = "<options>",
            description =
                    "of every server that is a JVM, beside those that the launcher chooses (default: -Xmx4g, which"
                            + " the launcher chooses for nvm-aof, and which gives all the same collector)")
    String jvmOptions = "-Xmx4g";

    @Option(
            names = "--restart-sizes",
            split = ",",
            paramLabel = "<gb>",
            description = "gigabytes of data at which restarts are measured (default: 0.5); 0 leaves them out")
    List<Double> restartSizes = List.of();

    @Option(
            names = "--restart-value-size",
            paramLabel = "<bytes>",
            description = "of values in these data (default: 1024)")
    int restartValueSize = 1024;

    @Option(names = "--restarts", paramLabel = "<n>", description = "of each arm at each size (default: 1)")
    int restarts;

    @Option(
            names = "--behaviour-seconds",
            paramLabel = "<s>",
            description = "that throughput is watched over time (default: 4); 0 leaves it out")
    double behaviourSeconds = -1;

    @Option(
            names = "--full",
            description =
                    "take the time it needs, some hours: 7 rounds of 3 s of every workload, restarts with 0.5, 1, 2 and 4 GB, 5"
                            + " each, 15 s over time, redis-benchmark")
    boolean full;

    @Option(names = "--large", description = "restarts with 10 GB, too")
    boolean large;

    @Option(names = "--check", description = "let redis-benchmark measure the arms, too")
    boolean check;

    @Option(
            names = "--out",
            paramLabel = "<dir>",
            description = "where the report goes (default: bench-report): report.html, report.json, report.md")
    Path out = Path.of("bench-report");
}
