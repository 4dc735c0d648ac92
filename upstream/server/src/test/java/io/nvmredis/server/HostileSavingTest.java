package io.nvmredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is saved, rewritten and changed at once, every client is answered, and what was answered is there afterwards. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileSavingTest {
    private static final int CLIENTS = 4;
    private static final int TURNS = 150;

    @TempDir
    Path directory;

    private NvmRedisServer start(String persistence) {
        return NvmRedisServer.builder()
                .port(0)
                .setting("enable-debug-command", "yes")
                .dir(directory)
                .persistence(persistence)
                .build()
                .start();
    }

    @ParameterizedTest
    @CsvSource({"1, aof", "2, aof", "3, rdb"})
    void shouldAnswerEverybodyWhateverIsDoneAtOnce(long seed, String persistence) throws Exception {
        List<Long> counts = new ArrayList<>();
        try (NvmRedisServer server = start(persistence);
                RawClient hostile = new RawClient(server.port())) {
            AtomicBoolean isOver = new AtomicBoolean();
            List<CompletableFuture<Long>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String key = "n" + i;
                clients.add(CompletableFuture.supplyAsync(() -> count(server, key, isOver)));
            }
            Random random = new Random(seed);
            for (int i = 0; i < TURNS; i++) {
                String[] command = command(random, persistence);
                assertThat(hostile.call(command))
                        .as("seed %d: %s", seed, String.join(" ", command))
                        .matches("(\\+.*|:[0-9]+|-ERR .*(in progress|right now).*)");
            }
            isOver.set(true);
            for (CompletableFuture<Long> client : clients) {
                counts.add(client.get());
            }
            await().untilAsserted(() -> assertThat(hostile.call("INFO", "persistence"))
                    .contains("aof_rewrite_in_progress:0", "rdb_bgsave_in_progress:0", "rdb_last_bgsave_status:ok"));
        }
        try (NvmRedisServer again = start(persistence);
                RawClient client = new RawClient(again.port())) {
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(client.call("GET", "n" + i)).as("seed %d", seed).isEqualTo(Long.toString(counts.get(i)));
            }
        }
    }

    private static String[] command(Random random, String persistence) {
        boolean isAof = persistence.equals("aof");
        String text = switch (random.nextInt(9)) {
            case 0 -> isAof ? "BGREWRITEAOF" : "BGSAVE";
            case 1, 2 -> "BGSAVE";
            case 3 -> "BGSAVE SCHEDULE";
            case 4 -> "SAVE";
            case 5 -> isAof ? "DEBUG LOADAOF" : "LASTSAVE";
            case 6 -> "DEBUG RELOAD";
            case 7 ->
                isAof
                        ? "CONFIG SET appendfsync "
                                + List.of("always", "everysec", "no").get(random.nextInt(3))
                        : "CONFIG SET rdbcompression " + (random.nextBoolean() ? "yes" : "no");
            default ->
                isAof
                        ? "BGREWRITEAOF"
                        : "CONFIG SET rdb-save-incremental-fsync " + (random.nextBoolean() ? "yes" : "no");
        };
        return text.split(" ", -1);
    }

    /** Counts until it is over, one by one. */
    private static long count(NvmRedisServer server, String key, AtomicBoolean isOver) {
        try (RawClient client = new RawClient(server.port())) {
            long counted = 0;
            while (!isOver.get()) {
                counted++;
                assertThat(client.call("INCR", key)).isEqualTo(":" + counted);
            }
            return counted;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
