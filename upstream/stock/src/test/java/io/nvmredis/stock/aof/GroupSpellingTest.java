package io.nvmredis.stock.aof;

import static io.nvmredis.spi.testkit.RealRedis.resp;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.RespBuffer;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.effects.TransactionEncoder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An XGROUP is written as Redis spells it, and is an effect again when it is read. */
class GroupSpellingTest {
    @TempDir
    private Path directory;

    private static Transaction transaction(String... effects) {
        Transaction transaction = new Transaction();
        for (String effect : effects) {
            String[] words = effect.split(" ", -1);
            Effects written = new Effects(transaction).begin(Effect.valueOf(words[0]), words.length - 1);
            Arrays.stream(words).skip(1).forEach(word -> written.argument(ModelData.bytes(word)));
        }
        return transaction;
    }

    private static String written(String... effects) {
        RespBuffer out = new RespBuffer();
        new TransactionEncoder().append(out, transaction(effects));
        return new String(out.bytes(), out.start(), out.length(), ISO_8859_1);
    }

    private static String commands(String... commands) {
        StringBuilder all = new StringBuilder(resp("SELECT", "0"));
        for (String command : commands) {
            all.append(resp(command.split(" ", -1)));
        }
        return all.toString();
    }

    @Test
    void shouldPutTheSubcommandBeforeTheKey() {
        assertThat(written("XGROUP k CREATE g 1-1 ENTRIESREAD -1"))
                .isEqualTo(commands("XGROUP CREATE k g 1-1 ENTRIESREAD -1"));
        assertThat(written("XGROUP k DESTROY g")).isEqualTo(commands("XGROUP DESTROY k g"));
    }

    @Test
    void shouldLeaveOutWhatRedisDoesNotTake() {
        assertThat(written("XADD k 1-1 f v", "XGROUP k CREATECONSUMER g c 77", "XACK k g 1-1"))
                .isEqualTo(commands("MULTI", "XADD k 1-1 f v", "XGROUP CREATECONSUMER k g c", "XACK k g 1-1", "EXEC"));
    }

    @Test
    void shouldGiveBackTheEffects() {
        String[][] transactions = {
            {"XGROUP k CREATE g 1-1 ENTRIESREAD -1"},
            {"XGROUP CREATECONSUMER CREATE CREATE 0-0 ENTRIESREAD 5", "XSETID k 5-5 ENTRIESADDED 9 MAXDELETEDID 4-0"},
            {"SET a b", "XGROUP k SETID g 2-1 ENTRIESREAD 7", "XCLAIM k g c 0 1-1 2-1 RETRYCOUNT 3 TIME 88 FORCE JUSTID"
            },
            {"XGROUP k CREATECONSUMER g c"},
            {"XGROUP k DELCONSUMER g c", "XGROUP k DESTROY g", "XACK k g 1-1 2-2"}
        };
        try (AofPersister persister = AofTesting.opened(directory, new AofTesting.Texts())) {
            for (String[] effects : transactions) {
                persister.append(transaction(effects));
            }
        }
        List<String> read = AofTesting.transactionsOf(directory);
        assertThat(read).hasSameSizeAs(transactions);
        for (int i = 0; i < transactions.length; i++) {
            Transaction expected = transaction(transactions[i]);
            assertThat(read.get(i))
                    .isEqualTo(
                            "apply " + (i + 1) + " " + new String(expected.bytes(), 0, expected.length(), ISO_8859_1));
        }
    }

    /** An XCLAIM of Redis takes an entry that is lost from those that are pending; one of ours makes it pending. */
    @Test
    void shouldRunWhatRedisItselfWrites() {
        String[] theirs = {
            "XCLAIM k g c 0 1-1 TIME 88 RETRYCOUNT 3 FORCE JUSTID LASTID 1-1",
            "XCLAIM k g c 0 1-1 TIME 88 RETRYCOUNT 3 JUSTID FORCE",
            "XGROUP CREATE k g $ MKSTREAM",
            "xgroup destroy k g",
            "XACK k g 1"
        };
        try (AofPersister persister = AofTesting.opened(directory, new AofTesting.Texts())) {
            persister.append(transaction("SET a b"));
        }
        Path file = directory.resolve("appendonlydir/appendonly.aof.1.incr.aof");
        AofTesting.write(file, commands(theirs));
        List<String> read = AofTesting.transactionsOf(directory);
        assertThat(read).hasSameSizeAs(theirs);
        for (int i = 0; i < theirs.length; i++) {
            assertThat(read.get(i)).isEqualTo("run " + (i + 1) + " " + resp(theirs[i].split(" ", -1)));
        }
    }

    @Test
    void shouldReadNothingBehindTheLastEffect() {
        Transaction transaction = transaction("FLUSHDB", "XGROUP k DESTROY g");
        EffectReader reader = new EffectReader().reset(transaction.bytes(), 0, transaction.length());
        assertThat(reader.next()).isTrue();
        assertThat(reader.nextOffset()).isEqualTo(resp("FLUSHDB").length());
        assertThat(reader.next()).isTrue();
        assertThat(reader.nextOffset()).isEqualTo(transaction.length());
    }
}
