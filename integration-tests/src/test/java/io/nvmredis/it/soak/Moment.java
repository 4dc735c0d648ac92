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
        boolean await(ServerProcess server, Random random, Tally tally) throws InterruptedException {
            server.runFor(Duration.ofMillis(random.nextInt(START_MILLIS)));
            return true;
        }
    },
    /** Whatever it does. */
    ANY {
        @Override
        boolean await(ServerProcess server, Random random, Tally tally) throws InterruptedException {
            server.runFor(Duration.ofMillis(random.nextInt(1_500)));
            return true;
        }
    },
    /** As soon as it is ready: what it has found in the log is still being applied. */
    REPLAYING {
        @Override
        boolean await(ServerProcess server, Random random, Tally tally) throws InterruptedException {
            server.runFor(Duration.ofMillis(random.nextInt(60)));
            return true;
        }
    },
    /** There is much that the next start finds in the log. */
    BEHIND {
        @Override
        boolean await(ServerProcess server, Random random, Tally tally) throws Exception {
            return awaitInfo(server, (before, now) -> now.number("nvm_backlog_bytes") > 200_000);
        }
    },
    GROWING {
        @Override
        boolean await(ServerProcess server, Random random, Tally tally) throws Exception {
            return awaitInfo(
                    server, (before, now) -> now.number("nvm_table_keys") > before.number("nvm_table_keys") + 50);
        }
    },
    FOLDING {
        @Override
        boolean await(ServerProcess server, Random random, Tally tally) throws Exception {
            return awaitMore(server, random, "nvm_folds");
        }
    },
    CLEANING {
        @Override
        boolean await(ServerProcess server, Random random, Tally tally) throws Exception {
            return awaitMore(server, random, "nvm_cleaned_segments");
        }
    },
    RECYCLING {
        @Override
        boolean await(ServerProcess server, Random random, Tally tally) throws Exception {
            return awaitMore(server, random, "nvm_recycled_segments");
        }
    },
    /** Writes are refused for lack of room. */
    FULL {
        @Override
        boolean await(ServerProcess server, Random random, Tally tally) throws Exception {
            long before = tally.refused.get();
            boolean hasCome = awaitInfo(server, (first, now) -> tally.refused.get() > before);
            server.runFor(Duration.ofMillis(random.nextInt(100)));
            return hasCome;
        }
    },
    SAVING {
        @Override
        boolean await(ServerProcess server, Random random, Tally tally) throws Exception {
            return sendAndRun(server, random, "SAVE");
        }
    },
    SAVING_IN_BACKGROUND {
        @Override
        boolean await(ServerProcess server, Random random, Tally tally) throws Exception {
            return sendAndRun(server, random, "BGSAVE");
        }
    },
    REWRITING {
        @Override
        boolean await(ServerProcess server, Random random, Tally tally) throws Exception {
            return sendAndRun(server, random, "BGREWRITEAOF");
        }
    };

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int COMMAND_MILLIS = 60;
    private static final int START_MILLIS = 1_000;

    private interface Condition {
        boolean isMet(ServerInfo before, ServerInfo now);
    }

    /** Returns true when it has come, false if it does not seem to come. */
    abstract boolean await(ServerProcess server, Random random, Tally tally) throws Exception;

    private static boolean awaitMore(ServerProcess server, Random random, String field) throws Exception {
        int count = 1 + random.nextInt(3);
        return awaitInfo(server, (before, now) -> now.number(field) >= before.number(field) + count);
    }

    private static boolean awaitInfo(ServerProcess server, Condition condition)
            throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        try (RespClient client = server.connect()) {
            ServerInfo before = ServerInfo.of(client);
            while (System.nanoTime() < until) {
                if (condition.isMet(before, ServerInfo.of(client))) {
                    return true;
                }
                server.runFor(Duration.ofMillis(1));
            }
            return false;
        }
    }

    private static boolean sendAndRun(ServerProcess server, Random random, String command) throws Exception {
        server.runFor(Duration.ofMillis(random.nextInt(500)));
        try (RespClient client = server.connect()) {
            client.send(command);
            client.flush();
            server.runFor(Duration.ofMillis(random.nextInt(COMMAND_MILLIS)));
            assertThat(server.isAlive()).as("the server lives").isTrue();
            return true;
        }
    }
}
