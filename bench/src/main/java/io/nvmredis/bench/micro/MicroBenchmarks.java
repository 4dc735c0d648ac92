package io.nvmredis.bench.micro;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.Main;

/**
 * Runs the microbenchmarks with JMH and its profiler of allocation; arguments are JMH's, a pattern for names first.
 *
 * <p>Files are made in the directory of the system property {@value MicroDirectory#PROPERTY}, which is {@code /dev/shm}
 * if nobody says otherwise.
 */
public final class MicroBenchmarks {
    private MicroBenchmarks() {}

    public static void run(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("-prof", "gc", "-foe", "false"));
        all.addAll(Arrays.asList(arguments));
        Main.main(all.toArray(String[]::new));
    }
}
