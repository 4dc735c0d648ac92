package io.nvmredis.stock.aof;

import static io.nvmredis.spi.testkit.RealRedis.resp;
import static io.nvmredis.stock.aof.AofTesting.filesOf;
import static io.nvmredis.stock.aof.AofTesting.transactionsOf;
import static io.nvmredis.stock.aof.AofTesting.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A last file that ends anywhere. */
class TruncationTest {
    private static final String SET = resp("SET", "a", "1");
    private static final String APPEND = resp("APPEND", "a", "2");
    private static final String NOTE = "#TS:1700000000\r\n";
    private static final String MULTI = resp("MULTI");
    private static final String EXEC = resp("EXEC");
    private static final String SELECT = resp("SELECT", "3");
    /** What may stand whole at the end of a file, and how many transactions the file has then. */
    private static final List<String> PIECES =
            List.of(SELECT, SET, NOTE, APPEND, MULTI + SET + APPEND + EXEC, MULTI + SET + NOTE + APPEND + EXEC, SET);

    private static final List<Integer> COUNTS = List.of(0, 1, 1, 2, 3, 4, 5);

    @TempDir
    private Path temporary;

    private Path directory;
    private Path file;

    @BeforeEach
    void makeFirst() {
        use("first");
    }

    private void use(String name) {
        directory = temporary.resolve(name);
        file = directory.resolve("appendonlydir/appendonly.aof.1.incr.aof");
    }

    private void writeSet(String text) {
        write(
                directory.resolve("appendonlydir/appendonly.aof.manifest"),
                "file appendonly.aof.1.incr.aof seq 1 type i\n");
        write(file, text);
    }

    @Test
    void shouldKeepWholeTransactionsWhereverItEnds() {
        String whole = String.join("", PIECES);
        for (int length = 0; length <= whole.length(); length++) {
            use("yes" + length);
            writeSet(whole.substring(0, length));
            int wholePieces = wholePieces(length);
            int wholeLength = String.join("", PIECES.subList(0, wholePieces)).length();
            AofTesting.Texts texts = new AofTesting.Texts();
            RecoveryReport report = AofTesting.open(directory, texts);
            int expected = wholePieces == 0 ? 0 : COUNTS.get(wholePieces - 1);
            assertThat(texts.texts).as("cut at %d", length).hasSize(expected);
            assertThat(report.lastLsn()).isEqualTo(expected);
            assertThat(file).hasSize(wholeLength);
            if (wholeLength == length) {
                assertThat(report.note()).isNull();
            } else {
                assertThat(report.note()).contains("cut " + (length - wholeLength) + " bytes off " + file);
            }
        }
    }

    @Test
    void shouldRefuseWhereverItEndsIfToldSo() {
        String whole = String.join("", PIECES);
        for (int length = 0; length <= whole.length(); length++) {
            use("no" + length);
            writeSet(whole.substring(0, length));
            int wholePieces = wholePieces(length);
            int wholeLength = String.join("", PIECES.subList(0, wholePieces)).length();
            if (wholeLength == length) {
                assertThat(transactionsOf(directory, "aof-load-truncated", "no"))
                        .isNotNull();
                continue;
            }
            Map<String, String> before = filesOf(directory);
            assertThatThrownBy(() -> transactionsOf(directory, "aof-load-truncated", "no"))
                    .as("cut at %d", length)
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining((length - wholeLength) + " bytes after offset " + wholeLength)
                    .hasMessageContaining("redis-check-aof --fix");
            assertThat(filesOf(directory)).isEqualTo(before);
        }
    }

    /** How many pieces a file of this length holds whole. */
    private static int wholePieces(int length) {
        int end = 0;
        int count = 0;
        while (count < PIECES.size() && end + PIECES.get(count).length() <= length) {
            end += PIECES.get(count).length();
            count++;
        }
        // A note belongs to what follows it, and goes with it.
        boolean isNoteOfCommand =
                count > 0 && end < length && PIECES.get(count - 1).equals(NOTE);
        return isNoteOfCommand ? count - 1 : count;
    }

    @Test
    void shouldAppendBehindTheCut() {
        writeSet(SET + MULTI + SET + APPEND);
        ModelData data = new ModelData();
        try (AofPersister persister = AofTesting.opened(directory, data)) {
            assertThat(persister.lastLsn()).isEqualTo(1);
            assertThat(data.set(persister, "b", "2")).isEqualTo(2);
        }
        assertThat(AofTesting.contentOf(directory, "aof-load-truncated", "no"))
                .containsExactlyInAnyOrderEntriesOf(Map.of("0:a", "1", "0:b", "2"));
    }

    @Test
    void shouldRefuseATruncatedFileThatIsNotTheLast() {
        writeSet(SET + "*3\r\n$3\r\nSE");
        write(
                directory.resolve("appendonlydir/appendonly.aof.manifest"),
                "file appendonly.aof.1.incr.aof seq 1 type i\nfile appendonly.aof.2.incr.aof seq 2 type i\n");
        write(directory.resolve("appendonlydir/appendonly.aof.2.incr.aof"), APPEND);
        Map<String, String> before = filesOf(directory);
        assertThatThrownBy(() -> transactionsOf(directory))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("the truncated file is not the last file");
        assertThat(filesOf(directory)).isEqualTo(before);
    }

    @Test
    void shouldTakeForTheLastFileOneWithOnlyEmptyOnesBehind() {
        writeSet(SET + "*3\r\n$3\r\nSE");
        write(
                directory.resolve("appendonlydir/appendonly.aof.manifest"),
                "file appendonly.aof.1.incr.aof seq 1 type i\nfile appendonly.aof.2.incr.aof seq 2 type i\n");
        write(directory.resolve("appendonlydir/appendonly.aof.2.incr.aof"), "");
        assertThat(transactionsOf(directory)).containsExactly("apply 1 " + SET);
    }

    @Test
    void shouldRefuseWhatIsWrongInsteadOfCuttingIt() {
        List<String> wrong = List.of(
                "!",
                "*0\r\n",
                "*x\r\n",
                "*-1\r\n",
                "*1\r\n#4\r\n",
                "*1\r\n$x\r\n",
                "*1\r\n$4\r\nPINGxx",
                "*9999999999\r\n");
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < wrong.size(); i++) {
            use("wrong" + i);
            writeSet(SET + wrong.get(i));
            assertThatThrownBy(() -> transactionsOf(directory))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("offset ")
                    .hasMessageContaining("expected")
                    .hasMessageContaining("redis-check-aof --fix")
                    .satisfies(e -> messages.add(e.getMessage()));
        }
        assertThat(messages).hasSameSizeAs(wrong);
    }
}
