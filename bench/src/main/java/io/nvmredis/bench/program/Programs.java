package io.nvmredis.bench.program;

import io.nvmredis.bench.arm.UnavailableException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/** Starts a program by its name. */
public final class Programs {
    private static final Map<String, Program> PROGRAMS = new TreeMap<>(Map.of(
            "BeyondDram", BeyondDram::run,
            "Collectors", Collectors::run,
            "PersistenceCost", PersistenceCost::run,
            "ReadBesideWrites", ReadBesideWrites::run,
            "ReplayThroughput", ReplayThroughput::run,
            "RestartTime", RestartTime::run,
            "SnapshotStall", SnapshotStall::run,
            "SpaceAfterDeletes", SpaceAfterDeletes::run,
            "SpaceAfterOverwrites", SpaceAfterOverwrites::run,
            "TablePhases", TablePhases::run));

    private Programs() {}

    @FunctionalInterface
    private interface Program {
        void run(PositionalArguments given, PrintStream out)
                throws IOException, UnavailableException, InterruptedException, ExecutionException;
    }

    /**
     * Runs the program that the first word names; the other words are its arguments.
     *
     * @return the exit status: 0, or 2 if there is no such program
     */
    public static int run(PrintStream out, String... words)
            throws IOException, UnavailableException, InterruptedException, ExecutionException {
        Program program = words.length == 0 ? null : PROGRAMS.get(words[0]);
        if (program == null) {
            out.println("--program takes the name of a program and its arguments; there are "
                    + String.join(", ", PROGRAMS.keySet()));
            return 2;
        }
        program.run(new PositionalArguments(Arrays.copyOfRange(words, 1, words.length)), out);
        return 0;
    }
}
