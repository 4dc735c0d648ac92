package io.nvmredis.bench;

import io.nvmredis.bench.AlternatingRounds.Arm;
import io.nvmredis.bench.arm.BenchDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * What always-safe persistence costs: throughput of pipelined SETs with {@code nvm-aof} on the {@code emulated} domain,
 * its replay running, as a part of that with {@code none}.
 *
 * <p>Both servers run at the same time, only one of them under load. The processor time of the server per command says
 * the same on a machine that is too busy for throughput to mean much. Arguments: rounds, seconds a round, connections,
 * pipeline, value length, directory, keys.
 */
public final class PersistenceCost {
    private static final List<String> JVM_FLAGS = List.of("-Xms2g", "-Xmx2g", "-XX:+UseParallelGC");

    private PersistenceCost() {}

    public static void main(String[] arguments) throws IOException {
        Arguments given = new Arguments(arguments);
        int rounds = given.number(0, 11);
        long nanos = given.number(1, 3) * 1_000_000_000L;
        int connections = given.number(2, 8);
        int pipeline = given.number(3, 64);
        Commands commands = new Commands(given.number(4, 100));
        int keyCount = given.number(6, 100_000);
        PrintStream out = System.out;
        out.printf(
                Locale.ROOT,
                "pipelined SET, %d connections, pipeline %d, keys of %d bytes, %d of them, values of %d bytes%n",
                connections,
                pipeline,
                Commands.KEY_LENGTH,
                keyCount,
                commands.valueLength());
        try (BenchDirectory directory = new BenchDirectory(given.text(5, "/dev/shm"));
                ServerUnderTest none = start(directory.resolve("none"), "--persistence", "none");
                ServerUnderTest nvm =
                        start(directory.resolve("nvm"), "--persistence", "nvm-aof", "--nvm-domain", "emulated");
                PipelinedLoad toNone = sets(none, connections, pipeline, commands, keyCount);
                PipelinedLoad toNvm = sets(nvm, connections, pipeline, commands, keyCount)) {
            out.printf(Locale.ROOT, "none:     %s%nnvm-aof:  %s%n", none.durability(), nvm.durability());
            AlternatingRounds.report(out, new Arm("none", none, toNone), new Arm("nvm-aof", nvm, toNvm), rounds, nanos);
        }
    }

    private static ServerUnderTest start(Path directory, String... arguments) throws IOException {
        return ServerUnderTest.start(directory, JVM_FLAGS, List.of(arguments));
    }

    /** SETs of keys chosen evenly. */
    static PipelinedLoad sets(ServerUnderTest server, int connections, int pipeline, Commands commands, int keyCount)
            throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        return new PipelinedLoad(
                server.port(),
                connections,
                pipeline,
                commands.largestLength(),
                buffer -> commands.set(buffer, random.nextInt(keyCount)));
    }
}
