package io.nvmredis.it.examples;

import io.nvmredis.server.NvmRedisServer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/**
 * Compares two persistences under a load of your own, on your machine: {@code main} takes two arms, a directory, rounds
 * and milliseconds a round.
 *
 * <p>An arm is the name of a persistence and its settings: {@code aof,appendfsync=always}. Both servers are up, and rounds
 * of load alternate, so that whatever else the machine does meets both alike: the ratio within a round is what counts.
 * Servers and load share this JVM, which brings ratios nearer to 1; {@code ./nvm-redis bench} has them apart.
 */
public final class ComparePersistences {
    private static final int PIPELINE = 16;
    private static final int KEY_COUNT = 10_000;
    private static final int WARM_UP_ROUNDS = 2;

    private ComparePersistences() {}

    public static void main(String[] arguments) {
        if (arguments.length != 5) {
            throw new IllegalArgumentException("arguments: arm arm directory rounds milliseconds; for example"
                    + " nvm-aof,nvm-domain=auto aof,appendfsync=always /tmp/compare 11 2000");
        }
        int rounds = Integer.parseInt(arguments[3]);
        int millis = Integer.parseInt(arguments[4]);
        compare(arguments[0], arguments[1], Path.of(arguments[2]), rounds, millis, System.out);
    }

    /**
     * Measures and prints each round.
     *
     * @return of each round: SETs a second of the first arm as a multiple of the second's
     */
    static List<Double> compare(String first, String second, Path directory, int rounds, int millis, PrintStream out) {
        List<Double> ratios = new ArrayList<>();
        try (NvmRedisServer one = start(first, directory.resolve("1"));
                NvmRedisServer other = start(second, directory.resolve("2"))) {
            out.printf(Locale.ROOT, "%s: %s%n%s: %s%n", first, one.durability(), second, other.durability());
            for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
                boolean isTurned = round % 2 != 0;
                double before = load(isTurned ? other : one, millis);
                double after = load(isTurned ? one : other, millis);
                if (round >= 0) {
                    ratios.add(isTurned ? after / before : before / after);
                    out.printf(Locale.ROOT, "round %d: ratio %.2f%n", round + 1, ratios.get(round));
                }
            }
        }
        double median =
                ratios.stream().sorted().skip(ratios.size() / 2).findFirst().orElseThrow();
        out.printf(Locale.ROOT, "%s does %.2f times the SETs of %s (median)%n", first, median, second);
        return ratios;
    }

    private static NvmRedisServer start(String arm, Path directory) {
        String[] words = arm.split(",", -1);
        NvmRedisServer.Builder builder =
                NvmRedisServer.builder().port(0).dir(directory).persistence(words[0]);
        for (int i = 1; i < words.length; i++) {
            String[] setting = words[i].split("=", 2);
            builder.setting(setting[0], setting[1]);
        }
        return builder.build().start();
    }

    /** Put the commands of your application here. Returns how many a second were answered. */
    private static double load(NvmRedisServer server, int millis) {
        long start = System.nanoTime();
        long end = start + millis * 1_000_000L;
        long done = 0;
        try (Jedis jedis = new Jedis(server.host(), server.port())) {
            while (System.nanoTime() < end) {
                try (Pipeline pipeline = jedis.pipelined()) {
                    for (int i = 0; i < PIPELINE; i++) {
                        pipeline.set("key:" + done++ % KEY_COUNT, "value " + done);
                    }
                    pipeline.sync();
                }
            }
        }
        return done * 1e9 / (System.nanoTime() - start);
    }
}
