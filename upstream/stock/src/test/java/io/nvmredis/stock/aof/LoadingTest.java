package io.nvmredis.stock.aof;

import static io.nvmredis.spi.testkit.RealRedis.resp;
import static io.nvmredis.stock.aof.AofTesting.filesOf;
import static io.nvmredis.stock.aof.AofTesting.transactionsOf;
import static io.nvmredis.stock.aof.AofTesting.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadingTest {
    private static final String SET = resp("SET", "a", "1");

    @TempDir
    private Path directory;

    private Path set;
    private Path manifest;

    @BeforeEach
    void name() {
        set = directory.resolve("appendonlydir");
        manifest = set.resolve("appendonly.aof.manifest");
    }

    private void writeSet(String base, String incremental) {
        write(manifest, "file appendonly.aof.1.base.aof seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n");
        write(set.resolve("appendonly.aof.1.base.aof"), base);
        write(set.resolve("appendonly.aof.1.incr.aof"), incremental);
    }

    @Test
    void shouldMakeWhatRedisMakesAtAFirstStart() {
        assertThat(transactionsOf(directory)).isEmpty();
        assertThat(filesOf(set))
                .containsOnlyKeys("appendonly.aof.manifest", "appendonly.aof.1.base.rdb", "appendonly.aof.1.incr.aof");
        assertThat(manifest)
                .hasContent(
                        "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n");
    }

    @Test
    void shouldStartWithAnEmptyDirectoryAndABaseOfCommands() throws IOException {
        Files.createDirectories(set);
        assertThat(transactionsOf(directory, "aof-use-rdb-preamble", "no")).isEmpty();
        assertThat(filesOf(set)).containsEntry("appendonly.aof.1.base.aof", "#NVM-REDIS-LSN:0\r\n");
    }

    @Test
    void shouldStartWithEmptyFiles() {
        writeSet("", "");
        assertThat(transactionsOf(directory)).isEmpty();
        writeSet("", SET);
        assertThat(transactionsOf(directory)).containsExactly("apply 1 " + SET);
    }

    @Test
    void shouldBeginEachFileInDatabaseZero() {
        writeSet(resp("SELECT", "5") + SET, SET + resp("select", "7") + SET);
        assertThat(transactionsOf(directory))
                .containsExactly(
                        "apply 1 " + resp("SELECT", "5") + SET,
                        "apply 2 " + SET,
                        "apply 3 " + resp("SELECT", "7") + SET);
    }

    /** As effects these would be libraries of functions, which a Redis with more databases has not meant. */
    @Test
    void shouldNotApplyWhatIsInADatabaseBehindTheLast() {
        String foreign = resp("SELECT", "16") + resp("HSET", "libraries", "name", "code");
        writeSet("", foreign);
        assertThat(transactionsOf(directory)).containsExactly("run 1 " + foreign);
        writeSet("", resp("MULTI") + foreign + resp("EXEC"));
        assertThat(transactionsOf(directory)).containsExactly("run 1 " + foreign);
    }

    @Test
    void shouldKeepWhatIsBetweenMultiAndExecTogether() {
        writeSet(
                "",
                resp("SELECT", "2") + resp("MULTI") + SET + "#TS:1\r\n" + resp("SELECT", "3") + SET + resp("exec")
                        + SET);
        assertThat(transactionsOf(directory))
                .containsExactly(
                        "apply 1 " + resp("SELECT", "2") + SET + resp("SELECT", "3") + SET,
                        "apply 2 " + resp("SELECT", "3") + SET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set a 1",
                "SET a 1 PXAT 5",
                "SET a 1 KEEPTTL",
                "DEL a b",
                "PEXPIREAT a soon",
                "RPOP a 2",
                "HSET a f",
                "ZADD a NX 1 m",
                "ZADD a 1f m",
                "ZADD a +inf m",
                "ZADD a 0x1p3 m",
                "XADD a * f v",
                "XADD a 5 f v",
                "XADD a MAXLEN 5 1-1 f v",
                "XADD a 99999999999999999999-1 f v",
                "XTRIM a MAXLEN = 5",
                "XTRIM a maxlen 5",
                "XSETID a 1-1 ENTRIESADDED 1",
                "HPEXPIREAT a 5 FIELDS 2 f",
                "HPEXPIREAT a 5 NX FIELDS 1 f",
                "FLUSHALL",
                "FLUSHDB ASYNC",
                "INCR a"
            })
    void shouldRunWhatIsNotAnEffect(String command) {
        writeSet("", resp(command.split(" ")));
        assertThat(transactionsOf(directory)).containsExactly("run 1 " + resp(command.split(" ")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET a 1",
                "APPEND a 1",
                "SETRANGE a 0 x",
                "FLUSHDB",
                "DEL a",
                "PEXPIREAT a -5",
                "PERSIST a",
                "RPUSH a 1 2",
                "LPOP a",
                "LSET a -1 x",
                "LTRIM a 1 -1",
                "SADD a 1",
                "HSET a f v g w",
                "HDEL a f g",
                "HPEXPIREAT a 5 FIELDS 2 f g",
                "ZADD a -1.5E-7 m inf n",
                "ZREM a m",
                "XADD a 18446744073709551615-1 f v",
                "XDEL a 1-1 2-2",
                "XTRIM a MAXLEN 5",
                "XSETID a 1-1"
            })
    void shouldApplyWhatIsAnEffect(String command) {
        writeSet("", resp(command.split(" ")));
        assertThat(transactionsOf(directory)).containsExactly("apply 1 " + resp(command.split(" ")));
    }

    @Test
    void shouldRunAWholeGroupIfOneCommandIsNotAnEffect() {
        String incr = resp("INCR", "a");
        writeSet("", resp("MULTI") + SET + incr + resp("EXEC") + SET);
        assertThat(transactionsOf(directory)).containsExactly("run 1 " + SET + incr, "apply 2 " + SET);
    }

    @Test
    void shouldRefuseGroupsThatDoNotFit() {
        writeSet("", resp("MULTI") + SET + resp("MULTI"));
        assertThatThrownBy(() -> transactionsOf(directory))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("no MULTI within a MULTI expected");
        writeSet("", SET + resp("EXEC"));
        assertThatThrownBy(() -> transactionsOf(directory))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("offset " + SET.length() + ": a MULTI before an EXEC expected");
    }

    @Test
    void shouldNumberFromWhatABaseNotes() {
        writeSet("#NVM-REDIS-LSN:41\r\n" + SET + SET, SET);
        AofTesting.Texts texts = new AofTesting.Texts();
        RecoveryReport report = AofTesting.open(directory, texts);
        assertThat(texts.texts).containsExactly("apply 41 " + SET, "apply 41 " + SET, "apply 42 " + SET);
        assertThat(report.lastLsn()).isEqualTo(42);
    }

    @Test
    void shouldUpgradeAFileOfAnOlderRedis() {
        write(directory.resolve("appendonly.aof"), SET);
        assertUpgraded();
    }

    @Test
    void shouldGoOnWithAnUpgradeThatWasInterrupted() {
        write(directory.resolve("appendonly.aof"), SET);
        write(manifest, "file appendonly.aof seq 1 type b\n");
        assertUpgraded();
    }

    private void assertUpgraded() {
        assertThat(transactionsOf(directory)).containsExactly("apply 1 " + SET);
        assertThat(directory.resolve("appendonly.aof")).doesNotExist();
        assertThat(manifest)
                .hasContent("file appendonly.aof seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n");
        assertThat(set.resolve("appendonly.aof")).hasContent(SET);
        assertThat(transactionsOf(directory)).containsExactly("apply 1 " + SET);
    }

    @Test
    void shouldUpgradeAFileThatBeginsAsRdb() throws IOException {
        transactionsOf(directory.resolve("other"));
        byte[] rdb = Files.readAllBytes(directory.resolve("other/appendonlydir/appendonly.aof.1.base.rdb"));
        Path old = directory.resolve("appendonly.aof");
        Files.write(old, rdb);
        Files.writeString(old, SET + "*3\r\n$3", StandardOpenOption.APPEND);
        assertThat(transactionsOf(directory)).containsExactly("apply 1 " + SET);
        assertThat(set.resolve("appendonly.aof")).hasSize(rdb.length + (long) SET.length());
    }

    @Test
    void shouldLeaveAnOldFileAloneThatCannotBeLoaded() {
        write(directory.resolve("appendonly.aof"), SET + "nonsense");
        Map<String, String> before = filesOf(directory);
        assertThatThrownBy(() -> transactionsOf(directory)).isInstanceOf(PersistenceException.class);
        assertThat(filesOf(directory)).isEqualTo(before);
    }

    @Test
    void shouldPreferTheSetToAnOldFile() {
        writeSet("", SET);
        write(directory.resolve("appendonly.aof"), SET + SET);
        assertThat(transactionsOf(directory)).hasSize(1);
        assertThat(directory.resolve("appendonly.aof")).exists();
    }

    @Test
    void shouldSayWhereACommandIsThatCannotBeApplied() {
        writeSet(SET, SET + resp("INCR", "a"));
        assertThatThrownBy(() -> AofTesting.contentOf(directory))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("appendonly.aof.1.incr.aof")
                .hasMessageContaining("offset " + SET.length());
    }

    @Test
    void shouldSayWhereATransactionIsThatCannotBeApplied() {
        writeSet(SET, SET + resp("MULTI") + SET + resp("INCR", "a") + resp("EXEC"));
        assertThatThrownBy(() -> AofTesting.contentOf(directory))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("appendonly.aof.1.incr.aof")
                .hasMessageContaining("from MULTI at offset " + SET.length());
    }

    @Test
    void shouldNotOverwriteABaseWithDataWhoseManifestIsGone() {
        Path base = set.resolve("appendonly.aof.1.base.aof");
        write(base, SET);
        assertThatThrownBy(() -> transactionsOf(directory))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(base.toString())
                .hasMessageContaining("manifest");
        assertThat(base).hasContent(SET);
    }

    @Test
    void shouldNoteTheTime() {
        ModelData data = new ModelData();
        try (AofPersister persister = AofTesting.opened(directory, data, "aof-timestamp-enabled", "yes")) {
            data.set(persister, "a", "1");
        }
        assertThat(set.resolve("appendonly.aof.1.incr.aof")).content().startsWith("#TS:");
        assertThat(AofTesting.contentOf(directory)).containsEntry("0:a", "1");
    }

    @Test
    void shouldHandEverythingBackOnceMore() {
        ModelData data = new ModelData();
        try (AofPersister persister = AofTesting.opened(directory, data)) {
            for (int i = 0; i < 100; i++) {
                data.set(persister, "k" + i, "v" + i);
            }
            ModelData again = new ModelData();
            persister.reload(again);
            assertThat(again.strings()).isEqualTo(data.strings()).hasSize(100);
            assertThat(persister.lastLsn()).isEqualTo(100);
        }
    }
}
