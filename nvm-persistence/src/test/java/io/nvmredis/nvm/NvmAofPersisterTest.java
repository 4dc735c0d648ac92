package io.nvmredis.nvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is this persister's own; what every persister must do is in the contract test. */
class NvmAofPersisterTest {
    private static final TransactionSink IGNORE = (lsn, bytes, offset, length) -> {};
    private static final TransactionSink REFUSE = (lsn, bytes, offset, length) -> {
        throw new AssertionError("a transaction that the cold store has");
    };

    @TempDir
    private Path directory;

    private final AtomicLong toldLsn = new AtomicLong();
    private final CommitListener listener = new CommitListener() {
        @Override
        public void onDurable(long durableLsn) {
            toldLsn.set(durableLsn);
        }

        @Override
        public void onCommitFailed(PersistenceException failure) {
            throw new AssertionError(failure);
        }
    };

    private static PersisterProvider provider() {
        return ServiceLoader.load(PersisterProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals("nvm-aof"))
                .findFirst()
                .orElseThrow();
    }

    private Persister create(String domain) {
        return provider()
                .create(new PersisterConfig(directory, Map.of("nvm-domain", domain, "nvm-segment-size", "1mb")));
    }

    private static Transaction set(String key, String value) {
        Transaction transaction = new Transaction();
        new Effects(transaction).begin(Effect.SET, 2).argument(bytes(key)).argument(bytes(value));
        return transaction;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldKeepTransactionsOverARestart(String domain) {
        try (Persister persister = create(domain)) {
            assertThat(persister.open(IGNORE, listener, LoadingListener.NONE)).isEqualTo(RecoveryReport.EMPTY);
            for (int i = 1; i <= 100; i++) {
                assertThat(persister.refusal(100, true)).isNull();
                assertThat(persister.append(set("key" + i, "value" + i))).isEqualTo(i);
            }
            persister.commit(100);
            assertThat(persister.durableLsn()).isEqualTo(100);
        }
        try (Persister persister = create(domain)) {
            RecoveryReport report = persister.open(REFUSE, listener, LoadingListener.NONE);
            assertThat(report.lastLsn()).isEqualTo(100);
            assertThat(report.note()).isNull();
            ColdStore coldStore = persister.coldStore();
            assertThat(coldStore.count(0)).isEqualTo(100);
            assertThat(coldStore.openedCount(0)).isEqualTo(100);
            await().until(() -> coldStore.appliedLsn() == 100);
            for (int i = 1; i <= 100; i++) {
                assertThat(coldStore.find(0, bytes("key" + i)).lsn()).isEqualTo(i);
            }
            assertThat(persister.lastLsn()).isEqualTo(100);
            assertThat(persister.append(set("a", "b"))).isEqualTo(101);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldCommitAsynchronously(String domain) {
        try (Persister persister = create(domain)) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
            persister.requestCommit(persister.append(set("a", "1")));
            persister.requestCommit(persister.append(set("b", "2")));
            await().atMost(Duration.ofSeconds(20)).until(() -> toldLsn.get() == 2);
            assertThat(persister.durableLsn()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldSayWhatAWriteSurvives(String domain) {
        try (Persister persister = create(domain)) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
            assertThat(persister.durability().mechanism()).isEqualTo(domain);
            assertThat(persister.durability().survivesProcessCrash()).isTrue();
            assertThat(persister.durability().survivesPowerLoss()).isEqualTo(domain.equals("msync"));
            assertThat(persister.durability().detail()).isNotBlank();
            assertThat(persister.commitsInline()).isEqualTo(domain.equals("emulated"));
        }
    }

    @Test
    void shouldReportItsState() {
        Map<String, String> fields = new TreeMap<>();
        try (Persister persister = create("emulated")) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
            persister.commit(persister.append(set("a", "1")));
            persister.info(fields::put);
        }
        assertThat(fields)
                .containsEntry("aof_enabled", "1")
                .containsEntry("aof_last_write_status", "ok")
                .containsEntry("nvm_domain", "emulated")
                .containsEntry("nvm_survives_power_loss", "0")
                .containsEntry("nvm_last_lsn", "1")
                .containsEntry("nvm_durable_lsn", "1")
                .containsEntry("nvm_commits", "1")
                .containsEntry("nvm_replay_status", "ok")
                .containsEntry(
                        "nvm_backlog_limit",
                        Long.toString(Math.min(256 << 20, Runtime.getRuntime().maxMemory() / 8)))
                .containsEntry("nvm_capacity", "0")
                .containsKeys(
                        "nvm_log_bytes",
                        "nvm_log_segments",
                        "nvm_appended_bytes",
                        "nvm_flushed_bytes",
                        "nvm_flushed_bytes_in_256",
                        "nvm_recycled_segments")
                .containsKeys("nvm_table_bytes", "nvm_table_live_bytes", "nvm_table_keys", "nvm_backlog_bytes")
                .containsKeys("nvm_checkpoint_lsn", "nvm_applied_lsn", "nvm_applied_effects", "nvm_superseded_effects")
                .containsKeys("nvm_folds", "nvm_cleaned_segments");
    }

    @Test
    void shouldTurnAwayASecondServerAndLetItInLater() {
        try (Persister second = create("emulated")) {
            try (Persister first = create("emulated")) {
                first.open(IGNORE, listener, LoadingListener.NONE);
                assertThatThrownBy(() -> second.open(IGNORE, listener, LoadingListener.NONE))
                        .isInstanceOf(PersistenceException.class)
                        .hasMessageContaining(directory.toString())
                        .hasMessageContaining(
                                "in use by process " + ProcessHandle.current().pid());
                first.commit(first.append(set("a", "1")));
            }
            assertThat(second.open(IGNORE, listener, LoadingListener.NONE).lastLsn())
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldReleaseTheDirectoryWhenOpenFails() throws IOException {
        try (Persister persister = create("emulated")) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
        }
        Path superblock = directory.resolve("nvm.superblock");
        byte[] good = Files.readAllBytes(superblock);
        Files.write(superblock, new byte[good.length]);
        try (Persister refused = create("emulated")) {
            assertThatThrownBy(() -> refused.open(IGNORE, listener, LoadingListener.NONE))
                    .hasMessageContaining("nvm.superblock");
        }
        Files.write(superblock, good);
        try (Persister persister = create("emulated")) {
            assertThat(persister.open(IGNORE, listener, LoadingListener.NONE).lastLsn())
                    .isZero();
        }
    }

    @Test
    void shouldNoteATornTail() throws IOException {
        String name = "log-000000000001.segment";
        byte[] torn;
        try (Persister persister = create("emulated")) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
            persister.commit(persister.append(set("a", "1")));
            persister.append(set("b", "2"));
            torn = Files.readAllBytes(directory.resolve(name));
        }
        int last = torn.length - 1;
        while (torn[last] == 0) {
            last--;
        }
        torn[last] ^= 1;
        Files.write(directory.resolve(name), torn);
        Files.delete(directory.resolve("table.nvm"));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(NvmAofPersisterTest::isOfTheTable).toList()) {
                Files.delete(file);
            }
        }
        try (Persister persister = create("emulated")) {
            RecoveryReport report = persister.open(IGNORE, listener, LoadingListener.NONE);
            assertThat(report.lastLsn()).isEqualTo(1);
            assertThat(report.transactionCount()).isEqualTo(1);
            assertThat(report.note()).contains("torn tail").contains("after LSN 1");
        }
    }

    @Test
    void shouldTellOfAndCountWhatIsDamagedOfTheTable() throws IOException {
        try (Persister persister = create("emulated")) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
            persister.append(set("the key that is damaged", "1"));
            persister.commit(persister.append(set("b", "2")));
            await().until(() -> persister.coldStore().appliedLsn() == 2);
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.filter(NvmAofPersisterTest::isFlippedWhereTheKeyIs))
                    .hasSize(1);
        }
        try (Persister persister = create("emulated")) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
            ColdStore cold = persister.coldStore();
            Map<String, String> before = new TreeMap<>();
            persister.info(before::put);
            assertThat(before)
                    .containsEntry("nvm_table_damaged_segments", "0")
                    .containsEntry("nvm_table_damaged_index_files", "0")
                    .containsEntry("nvm_table_damaged_reads", "0");
            assertThat(cold.find(0, bytes("b"))).isNotNull();
            assertThat(cold.count(0)).isEqualTo(2);
            assertThatThrownBy(() -> cold.find(0, bytes("the key that is damaged")))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("heap-");
            assertThatThrownBy(() -> {
                        long cursor = 0;
                        do {
                            cursor = cold.scan(cursor, (database, key, info) -> {});
                        } while (cursor != 0);
                    })
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("heap-");
            Map<String, String> fields = new TreeMap<>();
            persister.info(fields::put);
            assertThat(fields)
                    .containsEntry("nvm_table_damaged_segments", "1")
                    .containsEntry("nvm_table_damaged_index_files", "0")
                    .containsEntry("nvm_table_damaged_reads", "2");
        }
    }

    private static boolean isFlippedWhereTheKeyIs(Path file) {
        try {
            byte[] content = isOfTheTable(file) ? Files.readAllBytes(file) : new byte[0];
            int at = new String(content, StandardCharsets.ISO_8859_1).indexOf("the key that is damaged");
            if (at >= 0) {
                content[at] ^= 1;
                Files.write(file, content);
            }
            return at >= 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isOfTheTable(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith("heap-") || name.startsWith("index-") || name.startsWith("overflow-");
    }

    @Test
    void shouldSayThatAFileIsInTheWay() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        try (Persister persister = provider().create(new PersisterConfig(file, Map.of()))) {
            assertThatThrownBy(() -> persister.open(IGNORE, listener, LoadingListener.NONE))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("cannot be used");
        }
    }

    @Test
    void shouldLeaveFilesOfOthersAlone() throws IOException {
        Path other = Files.writeString(directory.resolve("appendonly.tmp"), "not ours");
        try (Persister persister = create("emulated")) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
        }
        try (Persister persister = create("emulated")) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
        }
        assertThat(other).hasContent("not ours");
    }

    private Path dataIn() {
        return provider().dataIn(new PersisterConfig(directory, Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"emulated", "msync"})
    void shouldCountAsDataFromItsFirstTransactionOn(String domain) {
        assertThat(dataIn()).isNull();
        for (int start = 0; start < 2; start++) {
            try (Persister persister = create(domain)) {
                persister.open(IGNORE, listener, LoadingListener.NONE);
                assertThat(dataIn()).as("while it is open").isNull();
            }
            assertThat(dataIn()).as("after start %d", start).isNull();
        }
        try (Persister persister = create(domain)) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
            persister.commit(persister.append(set("a", "1")));
            assertThat(dataIn()).isEqualTo(directory.resolve("nvm.superblock"));
        }
        assertThat(dataIn()).isEqualTo(directory.resolve("nvm.superblock"));
    }

    @Test
    void shouldCountAsDataWithoutItsFirstSegment() throws IOException {
        try (Persister persister = create("emulated")) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
        }
        Files.delete(directory.resolve("log-000000000001.segment"));
        assertThat(dataIn()).isEqualTo(directory.resolve("nvm.superblock"));
    }
}
