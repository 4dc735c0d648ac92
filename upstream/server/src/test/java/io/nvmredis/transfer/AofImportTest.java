package io.nvmredis.transfer;

import static io.nvmredis.transfer.FakeMaster.resp;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.stock.aof.AofPersisterProvider;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AofImportTest {
    private final Tally tally = new Tally();
    private final AtomicBoolean isStopped = new AtomicBoolean();

    @TempDir
    Path directory;

    private Filling filling;

    @BeforeEach
    void open() {
        PersisterConfig config = new PersisterConfig(directory, Map.of());
        filling = new Filling(
                new DataHome(directory, "aof", () -> new AofPersisterProvider().create(config), 1 << 20, Map.of()),
                "a test");
    }

    @AfterEach
    void close() {
        filling.close();
    }

    private AofImport importing(boolean isIntoExisting) {
        return new AofImport(
                new CommandStream(filling, new SkipPolicy(false, tally), tally), isIntoExisting, isStopped::get);
    }

    private static void run(TransactionSink sink, String... commands) {
        byte[] bytes = transaction(commands);
        sink.run(1, bytes, 0, bytes.length);
    }

    private static byte[] transaction(String... commands) {
        StringBuilder text = new StringBuilder();
        for (String command : commands) {
            text.append(resp(command));
        }
        return text.toString().getBytes(ISO_8859_1);
    }

    @Test
    void shouldRunTheCommandsThatStandInAPartOfAnArray() {
        byte[] bytes = transaction("SET before 1", "SET a 1", "RPUSH l x", "SET behind 1");
        int from = resp("SET before 1").length();
        importing(false)
                .run(1, bytes, from, bytes.length - from - resp("SET behind 1").length());
        assertThat(tally.commandCount()).isEqualTo(2);
        assertThat(filling.keyCount()).isEqualTo(2);
    }

    @Test
    void shouldTakeEffectsLikeCommands() {
        byte[] bytes = transaction("SET a 1", "SET b 1");
        importing(false).apply(1, bytes, 0, bytes.length);
        assertThat(filling.keyCount()).isEqualTo(2);
    }

    @Test
    void shouldBeginEachTransactionInTheFirstDatabase() {
        AofImport sink = importing(false);
        run(sink, "SELECT 5", "SET k 1");
        run(sink, "SET k 1");
        assertThat(filling.keyCount()).isEqualTo(2);
    }

    @Test
    void shouldRunNothingWhereThereAreKeysAlready() {
        AofImport sink = importing(true);
        assertThatThrownBy(() -> run(sink, "SET a 1"))
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("--import-into-existing is for RDB files");
        assertThat(filling.keyCount()).isZero();
    }

    @Test
    void shouldEndBetweenTwoTransactionsWhenItIsToldTo() {
        AofImport sink = importing(false);
        run(sink, "SET a 1");
        isStopped.set(true);
        assertThatThrownBy(() -> run(sink, "SET b 1"))
                .isInstanceOf(TransferException.class)
                .hasMessage("stopped before the end of the data");
        assertThat(filling.keyCount()).isEqualTo(1);
    }

    /** The reader of a file adds the place to exceptions of this kind. */
    @Test
    void shouldGiveTheReaderOfTheFileACommandThatFails() {
        AofImport sink = importing(false);
        assertThatThrownBy(() -> run(sink, "RPUSH l a", "INCR l"))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("WRONGTYPE")
                .hasCauseInstanceOf(TransferException.class);
    }

    @Test
    void shouldGiveTheReaderOfTheFileWhatIsNoCommandHere() {
        AofImport sink = importing(false);
        assertThatThrownBy(() -> run(sink, "JSON.SET k $ 1"))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("JSON.SET of the key 'k': there is no such command here");
        assertThat(filling.keyCount()).isZero();
    }
}
