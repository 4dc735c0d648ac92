package io.nvmredis.stock.aof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that are not what they were: never a hang, a crash or more memory than the file is worth. */
class MutationTest {
    private static final int ROUNDS = 1_500;

    @TempDir
    private Path temporary;

    private Path original;
    private List<String> transactions = List.of();
    /** Where in the incremental file each transaction ends. */
    private final List<Long> ends = new ArrayList<>();

    @BeforeEach
    void writeASet() throws IOException {
        original = temporary.resolve("original");
        ModelData data = new ModelData();
        Path incremental = original.resolve("appendonlydir/appendonly.aof.1.incr.aof");
        try (AofPersister persister = AofTesting.opened(original, data)) {
            for (int i = 0; i < 30; i++) {
                int number = i;
                persister.commit(data.transact(persister, effects -> {
                    if (number % 3 == 0) {
                        effects.begin(Effect.SELECT, 1).argument(number % 2);
                    }
                    for (int j = 0; j <= number % 4; j++) {
                        effects.begin(Effect.SET, 2)
                                .argument(ModelData.bytes("key:" + number))
                                .argument(ModelData.bytes("value " + j));
                    }
                }));
                ends.add(Files.size(incremental));
            }
        }
        transactions = AofTesting.transactionsOf(original);
    }

    @Test
    void shouldRefuseOrGiveTheRightPrefix() {
        long seed = new Random().nextLong();
        System.out.println("MutationTest seed " + seed);
        Random random = new Random(seed);
        assertTimeoutPreemptively(Duration.ofMinutes(2), () -> {
            for (int i = 0; i < ROUNDS; i++) {
                mutate(random, i);
            }
        });
    }

    private void mutate(Random random, int round) throws IOException {
        Path copied = temporary.resolve("copy");
        AofTesting.copyOver(original, copied);
        List<String> names = List.of(
                "appendonly.aof.1.incr.aof",
                "appendonly.aof.1.incr.aof",
                "appendonly.aof.1.base.rdb",
                "appendonly.aof.manifest");
        int which = random.nextInt(names.size());
        Path file = copied.resolve("appendonlydir").resolve(names.get(which));
        byte[] bytes = Files.readAllBytes(file);
        int first = bytes.length;
        for (int count = random.nextInt(3); count >= 0; count--) {
            int at = random.nextInt(bytes.length);
            bytes[at] = random.nextBoolean()
                    ? (byte) random.nextInt()
                    : (byte) "0123456789*$\r\n".charAt(random.nextInt(14));
            first = Math.min(first, at);
        }
        Files.write(file, bytes);
        AofTesting.Texts texts = new AofTesting.Texts();
        try {
            AofTesting.open(copied, texts, "aof-load-truncated", random.nextBoolean() ? "yes" : "no");
        } catch (PersistenceException e) {
            assertThat(e).hasMessageContaining(copied.toString());
        }
        if (which < 2) {
            long limit = first;
            int whole = (int) ends.stream().filter(end -> end <= limit).count();
            assertThat(texts.texts).hasSizeGreaterThanOrEqualTo(whole);
            assertThat(texts.texts.subList(0, whole))
                    .as("round %d, first changed byte %d", round, first)
                    .isEqualTo(transactions.subList(0, whole));
        }
    }
}
