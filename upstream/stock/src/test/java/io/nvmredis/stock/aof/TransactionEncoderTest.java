package io.nvmredis.stock.aof;

import static io.nvmredis.spi.testkit.RealRedis.resp;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.LibraryEffects;
import io.nvmredis.spi.effects.RespBuffer;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.effects.TransactionEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionEncoderTest {
    private final TransactionEncoder encoder = new TransactionEncoder();
    private final RespBuffer out = new RespBuffer();

    @TempDir
    private Path directory;

    private String encoded(Consumer<Effects> writer) {
        Transaction transaction = new Transaction();
        writer.accept(new Effects(transaction));
        out.clear();
        encoder.append(out, transaction);
        return new String(out.bytes(), 0, out.length(), ISO_8859_1);
    }

    private static void select(Effects effects, long database) {
        effects.begin(Effect.SELECT, 1).argument(database);
    }

    private static void set(Effects effects) {
        effects.begin(Effect.SET, 2).argument(ModelData.bytes("k")).argument(ModelData.bytes("v"));
    }

    @Test
    void shouldSelectOnlyWhenTheFileIsElsewhere() {
        String set = resp("SET", "k", "v");
        assertThat(encoded(TransactionEncoderTest::set)).isEqualTo(resp("SELECT", "0") + set);
        assertThat(encoded(TransactionEncoderTest::set)).isEqualTo(set);
        Consumer<Effects> inThree = effects -> {
            select(effects, 3);
            set(effects);
        };
        assertThat(encoded(inThree)).isEqualTo(resp("SELECT", "3") + set);
        assertThat(encoded(inThree)).isEqualTo(set);
        assertThat(encoded(TransactionEncoderTest::set)).isEqualTo(resp("SELECT", "0") + set);
    }

    @Test
    void shouldSpellLibrariesAsFunctionsInNoDatabaseOfTheirOwn() {
        byte[] name = ModelData.bytes("lib");
        byte[] code = ModelData.bytes("code");
        Consumer<Effects> load = effects -> {
            LibraryEffects.select(effects);
            LibraryEffects.load(effects, name, code);
        };
        String loaded = resp("FUNCTION", "LOAD", "REPLACE", "code");
        assertThat(encoded(load)).isEqualTo(resp("SELECT", "0") + loaded);
        assertThat(encoded(load)).isEqualTo(loaded);
        assertThat(encoded(effects -> {
                    LibraryEffects.select(effects);
                    LibraryEffects.delete(effects, name);
                    LibraryEffects.flush(effects);
                    select(effects, 3);
                    set(effects);
                    LibraryEffects.select(effects);
                    LibraryEffects.load(effects, name, code);
                }))
                .isEqualTo(resp("MULTI")
                        + resp("FUNCTION", "DELETE", "lib")
                        + resp("FUNCTION", "FLUSH")
                        + resp("SELECT", "3")
                        + resp("SET", "k", "v")
                        + loaded
                        + resp("EXEC"));
        assertThat(encoded(TransactionEncoderTest::set)).isEqualTo(resp("SELECT", "0") + resp("SET", "k", "v"));
    }

    @Test
    void shouldWrapMoreThanOneEffect() {
        String set = resp("SET", "k", "v");
        assertThat(encoded(effects -> {
                    set(effects);
                    select(effects, 12);
                    set(effects);
                }))
                .isEqualTo(resp("SELECT", "0") + resp("MULTI") + set + resp("SELECT", "12") + set + resp("EXEC"));
        assertThat(encoded(TransactionEncoderTest::set)).isEqualTo(resp("SELECT", "0") + set);
    }

    @Test
    void shouldGiveBackEveryByteWhateverTheSelects() {
        long seed = new Random().nextLong();
        System.out.println("TransactionEncoderTest seed " + seed);
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        try (AofPersister persister = AofTesting.opened(directory, new AofTesting.Texts())) {
            for (int i = 1; i <= 2_000; i++) {
                Transaction transaction = new Transaction();
                Effects effects = new Effects(transaction);
                for (int count = random.nextInt(4); count >= 0; count--) {
                    if (random.nextBoolean()) {
                        select(effects, random.nextInt(3) == 0 ? 0 : random.nextInt(DataSet.DATABASE_COUNT));
                    } else {
                        set(effects);
                    }
                }
                persister.append(transaction);
                expected.add("apply " + i + " " + new String(transaction.bytes(), 0, transaction.length(), ISO_8859_1));
            }
        }
        assertThat(AofTesting.transactionsOf(directory)).isEqualTo(expected);
    }
}
