package io.nvmredis.bench.run;

import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.LoadResult;
import io.nvmredis.bench.load.Operations;
import io.nvmredis.bench.load.Workload;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One load that all arms are put under.
 *
 * @param pipeline operations that a connection sends before it waits; 1 in an open loop
 * @param clients connections
 * @param rate operations a second of an open loop; 0 for a closed one
 */
public record Cell(Workload workload, int pipeline, int clients, int rate) {
    private static final Pattern SYNTAX = Pattern.compile("([a-z-]+)@(?:(\\d{1,5})(?:x(\\d{1,5}))?|(\\d{1,8})/s)");
    private static final int RATE_GROUP = 4;

    /**
     * As the command line spells it: {@code set@16}, {@code set@16x1} with one connection, {@code set@10000/s} for an
     * open loop.
     *
     * @throws IllegalArgumentException says what is wrong with it
     */
    public static Cell parse(String text, int clients) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no load; it is written workload@pipeline,"
                    + " workload@pipelinexclients or workload@rate/s, such as set@16, set@16x1, set@10000/s");
        }
        Workload workload = workload(matcher.group(1));
        String rate = matcher.group(RATE_GROUP);
        if (rate != null) {
            return new Cell(workload, 1, clients, positive(rate, text));
        }
        int connections = matcher.group(3) == null ? clients : positive(matcher.group(3), text);
        return new Cell(workload, positive(matcher.group(2), text), connections, 0);
    }

    private static Workload workload(String word) {
        return Workload.of(word)
                .orElseThrow(() -> new IllegalArgumentException("there is no workload '" + word + "'; there are "
                        + Arrays.stream(Workload.values()).map(Workload::word).collect(Collectors.joining(", "))));
    }

    private static int positive(String number, String text) {
        int value = Integer.parseInt(number);
        if (value == 0) {
            throw new IllegalArgumentException("'" + text + "' has a 0 in it");
        }
        return value;
    }

    boolean isOpen() {
        return rate > 0;
    }

    /** As {@link #parse} takes it. */
    public String name() {
        return workload.word() + "@" + (isOpen() ? rate + "/s" : pipeline + "x" + clients);
    }

    /** For people. */
    String title() {
        String connections = clients == 1 ? "1 client" : clients + " clients";
        return isOpen()
                ? String.format(Locale.ROOT, "%s, %,d a second (open loop), %s", words(), rate, connections)
                : String.format(Locale.ROOT, "%s, pipeline %d, %s", words(), pipeline, connections);
    }

    private String words() {
        return workload.word().toUpperCase(Locale.ROOT).replace('-', '/');
    }

    LoadResult run(LoadGenerator generator, DataShape keys, long seed, long nanos) throws IOException {
        Operations operations = workload.operations(keys, seed);
        return isOpen()
                ? generator.openLoop(operations, rate, nanos)
                : generator.closedLoop(operations, pipeline, nanos);
    }
}
