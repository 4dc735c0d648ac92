package io.nvmredis.stock.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.rdb.MemoryDataSet;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RdbPersisterTest {
    private static final CommitListener NOBODY = new CommitListener() {
        @Override
        public void onDurable(long durableLsn) {}

        @Override
        public void onCommitFailed(PersistenceException failure) {}
    };

    @TempDir
    Path directory;

    private final MemoryDataSet data = new MemoryDataSet();

    private RdbPersister open(Map<String, String> settings) {
        RdbPersister persister = new RdbPersister(directory, settings);
        persister.open(data, NOBODY, LoadingListener.NONE);
        persister.attach(data);
        return persister;
    }

    @ParameterizedTest
    @CsvSource({
        "'3600 1', AS_CONFIGURED, true",
        "'', AS_CONFIGURED, false",
        "'', SAVE, true",
        "'3600 1', NO_SAVE, false"
    })
    void shouldSaveAtTheEndIfThatIsWanted(String savePoints, ShutdownSave save, boolean isSaved) {
        try (RdbPersister persister = open(Map.of("save", savePoints))) {
            data.set("key", "value");
            persister.changed(1);
            persister.shutDown(save);
        }
        assertThat(Files.exists(directory.resolve("dump.rdb"))).isEqualTo(isSaved);
        data.clear();
        open(Map.of()).close();
        assertThat(data.content().isEmpty()).isEqualTo(!isSaved);
    }

    @Test
    void shouldRefuseWritesWhileItCannotSave() throws IOException {
        try (RdbPersister persister = open(Map.of("save", "3600 1"))) {
            Path obstacle = Files.createDirectories(directory.resolve("dump.rdb/x"));
            persister.saver().saveInBackground(false);
            await().until(() -> persister.refusal(100, true) != null);
            assertThat(persister.refusal(100, false).kind()).isEqualTo(Refusal.Kind.SAVE_FAILED);
            persister.configure(Map.of("stop-writes-on-bgsave-error", "no"));
            assertThat(persister.refusal(100, true)).isNull();
            persister.configure(Map.of("stop-writes-on-bgsave-error", "yes"));
            assertThat(persister.refusal(100, true)).isNotNull();
            persister.configure(Map.of("save", ""));
            assertThat(persister.refusal(100, true)).as("without save points").isNull();
            persister.configure(Map.of("save", "3600 1"));

            Files.delete(obstacle);
            Files.delete(obstacle.getParent());
            persister.saver().save();
            assertThat(persister.refusal(100, true)).isNull();
        }
    }

    @Test
    void shouldChangeAllSettingsOrNone() {
        try (RdbPersister persister = open(Map.of("save", ""))) {
            assertThatThrownBy(() -> persister.configure(Map.of("dbfilename", "new.rdb", "save", "x")))
                    .isInstanceOf(ConfigurationException.class);
            persister.saver().save();
            assertThat(directory.resolve("dump.rdb")).exists();
            persister.configure(Map.of("dbfilename", "new.rdb"));
            persister.saver().save();
            assertThat(directory.resolve("new.rdb")).exists();
        }
    }

    @Test
    void shouldLoadAgainWhatItHasSaved() {
        try (RdbPersister persister = open(Map.of())) {
            data.set("key", "value");
            persister.saver().save();
            data.clear();
            persister.reload(data);
            assertThat(data.database(0).get("key").string).isEqualTo("value");
        }
    }

    @Test
    void shouldRefuseADamagedFileAndLeaveItAlone() throws IOException {
        try (RdbPersister persister = open(Map.of())) {
            data.set("key", "value");
            persister.saver().save();
        }
        Path file = directory.resolve("dump.rdb");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 12] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> open(Map.of()))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("at byte");
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
        // And it has let go of the directory.
        Files.delete(file);
        open(Map.of()).close();
    }

    @Test
    void shouldRemoveWhatAProcessThatIsGoneHasLeft() throws IOException {
        Path leftover = Files.createFile(directory.resolve("temp-999999999.rdb"));
        Path own = Files.createFile(
                directory.resolve("temp-" + ProcessHandle.current().pid() + ".rdb"));
        Path other = Files.createFile(directory.resolve("temp-x.rdb"));
        open(Map.of()).close();
        assertThat(leftover).doesNotExist();
        assertThat(own).exists();
        assertThat(other).exists();
    }

    @Test
    void shouldShowProgressAndGoOnCountingTransactions() {
        try (RdbPersister persister = open(Map.of())) {
            for (int i = 0; i < 100_000; i++) {
                data.set("key" + i, "value" + i);
            }
            data.apply(42, new byte[0], 0, 0);
            persister.saver().save();
        }
        List<Long> progress = new ArrayList<>();
        try (RdbPersister persister = new RdbPersister(directory, Map.of())) {
            RecoveryReport report = persister.open(data, NOBODY, (loaded, total) -> progress.add(loaded));
            assertThat(report.lastLsn()).isEqualTo(42);
            assertThat(persister.lastLsn()).isEqualTo(42);
            assertThat(report.transactionCount()).isGreaterThan(10);
        }
        assertThat(progress).hasSizeGreaterThan(3).isSorted();
    }

    @Test
    void shouldSayWhatACrashLoses() {
        try (RdbPersister persister = open(Map.of())) {
            persister.changed(7);
            assertThat(persister.durability().survivesProcessCrash()).isFalse();
            assertThat(persister.durability().survivesPowerLoss()).isFalse();
            assertThat(persister.durability().detail())
                    .contains("a crash loses everything since the last save, at 20")
                    .contains("7 changes")
                    .contains("3600 1 300 100 60 10000");
        }
    }
}
