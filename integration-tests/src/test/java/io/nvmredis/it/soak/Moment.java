package io.nvmredis.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerInfo;
import io.nvmredis.it.kit.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/** When a server is killed that clients write to. */
enum Moment {
    /** Before it is ready. */
    STARTING {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws InterruptedException {
            server.runFor(Duration.ofMillis(random.nextInt(START_MILLIS)));
        }
    },
    /** Whatever it does. */
    ANY {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws InterruptedException {
            server.runFor(Duration.ofMillis(random.nextInt(1_500)));
        }
    },
    /** As soon as it is ready: what it has found in the log is still being applied. */
    REPLAYING {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws InterruptedException {
            server.runFor(Duration.ofMillis(random.nextInt(60)));
        }
    },
    /** There is much that the next start finds in the log. */
    BEHIND {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws Exception {
            awaitInfo(server, (before, now) -> now.number("nvm_backlog_bytes") > 200_000);
        }
    },
    GROWING {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws Exception {
            awaitInfo(server, (before, now) -> now.number("nvm_table_keys") > before.number("nvm_table_keys") + 50);
        }
    },
    FOLDING {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws Exception {
            awaitMore(server, random, "nvm_folds");
        }
    },
    CLEANING {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws Exception {
            awaitMore(server, random, "nvm_cleaned_segments");
        }
    },
    RECYCLING {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws Exception {
            awaitMore(server, random, "nvm_recycled_segments");
        }
    },
    /** Writes are refused for lack of room. */
    FULL {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws Exception {
            long before = tally.refused.get();
            awaitInfo(server, (first, now) -> tally.refused.get() > before);
            server.runFor(Duration.ofMillis(random.nextInt(100)));
        }
    },
    SAVING {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws Exception {
            sendAndRun(server, random, "SAVE");
        }
    },
    SAVING_IN_BACKGROUND {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws Exception {
            sendAndRun(server, random, "BGSAVE");
        }
    },
    REWRITING {
        @Override
        void await(ServerProcess server, Random random, Tally tally) throws Exception {
            sendAndRun(server, random, "BGREWRITEAOF");
        }
    };

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int COMMAND_MILLIS = 60;
    private static final int START_MILLIS = 1_000;

    private interface Condition {
        boolean isMet(ServerInfo before, ServerInfo now);
    }

    /** Returns when it has come, or does not seem to come. */
    abstract void await(ServerProcess server, Random random, Tally tally) throws Exception;

    private static void awaitMore(ServerProcess server, Random random, String field) throws Exception {
        int count = 1 + random.nextInt(3);
        awaitInfo(server, (before, now) -> now.number(field) >= before.number(field) + count);
    }

    private static void awaitInfo(ServerProcess server, Condition condition) throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        try (RespClient client = server.connect()) {
            ServerInfo before = ServerInfo.of(client);
            while (System.nanoTime() < until && !condition.isMet(before, ServerInfo.of(client))) {
                server.runFor(Duration.ofMillis(1));
            }
        }
    }

    private static void sendAndRun(ServerProcess server, Random random, String command) throws Exception {
        server.runFor(Duration.ofMillis(random.nextInt(500)));
        try (RespClient client = server.connect()) {
            client.send(command);
            client.flush();
            server.runFor(Duration.ofMillis(random.nextInt(COMMAND_MILLIS)));
            assertThat(server.isAlive()).as("the server lives").isTrue();
        }
    }
}
