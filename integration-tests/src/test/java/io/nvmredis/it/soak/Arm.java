package io.nvmredis.it.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One kind of server, which has a share of the time. */
enum Arm {
    EMULATED("emulated", 4_000, 3, 12),
    MSYNC("msync", 4_000, 3, 12),
    AOF("", 1_000, 3, 12),
    /** The table has little room, which large values take up. */
    CAPACITY("emulated", 400, 150, 160),
    /** The file system is full now and then. */
    FULL_DISK("msync", 400, 20, 12),
    /** What is there is exported and imported, and the import is killed. */
    TRANSFER("emulated", 1_000, 3, 12),
    /** The clock goes forward and back. */
    CLOCK("emulated", 1_000, 3, 12);

    private static final List<Moment> MOMENTS = List.of(
            Moment.ANY,
            Moment.BEHIND,
            Moment.REPLAYING,
            Moment.GROWING,
            Moment.FOLDING,
            Moment.CLEANING,
            Moment.RECYCLING,
            Moment.SAVING,
            Moment.SAVING_IN_BACKGROUND);
    private static final List<Moment> MOMENTS_OF_AOF =
            List.of(Moment.ANY, Moment.REWRITING, Moment.REWRITING, Moment.SAVING, Moment.SAVING_IN_BACKGROUND);

    private final String domain;
    private final int names;
    private final int largePerThousand;
    private final int largeNames;

    Arm(String domain, int names, int largePerThousand, int largeNames) {
        this.domain = domain;
        this.names = names;
        this.largePerThousand = largePerThousand;
        this.largeNames = largeNames;
    }

    /** Empty if the persistence is not ours. */
    String domain() {
        return domain;
    }

    /** How many strings a client writes. */
    int names() {
        return names;
    }

    /** In how many writes of a thousand a client has a large value. */
    int largePerThousand() {
        return largePerThousand;
    }

    /** How many strings with a large value a client writes. */
    int largeNames() {
        return largeNames;
    }

    /** Whether the server may come to lack room. */
    boolean mayRefuse() {
        return this == CAPACITY || this == FULL_DISK;
    }

    boolean isClockSteady() {
        return this != CLOCK;
    }

    /** A moment for the next kill. */
    Moment moment(Random random) {
        List<Moment> moments = this == AOF ? MOMENTS_OF_AOF : MOMENTS;
        Moment moment = moments.get(random.nextInt(moments.size()));
        boolean isFull = mayRefuse() && random.nextBoolean();
        return isFull ? Moment.FULL : moment;
    }

    /** Options for the next start; those of the server before it do not matter. */
    List<String> options(Random random) {
        List<String> options = new ArrayList<>(List.of("--io-threads", pick(random, "1", "2", "4")));
        if (this == AOF) {
            options.addAll(List.of("--persistence", "aof", "--appendfsync", "always"));
            options.addAll(List.of("--auto-aof-rewrite-min-size", pick(random, "1mb", "64mb")));
            return options;
        }
        options.addAll(List.of("--nvm-domain", domain));
        options.addAll(List.of("--nvm-segment-size", pick(random, "1mb", "2mb", "4mb")));
        options.addAll(List.of("--dram-budget", pick(random, "1mb", "8mb", "100mb")));
        options.addAll(List.of("--nvm-backlog-limit", pick(random, "1mb", "4mb", "64mb")));
        if (this == CAPACITY) {
            options.addAll(List.of("--nvm-capacity", pick(random, "64mb", "72mb")));
        }
        return options;
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
