package io.nvmredis.nvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.Effect;
import io.nvmredis.spi.EffectReader;
import io.nvmredis.spi.Effects;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.PersistenceException;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.PersisterConfig;
import io.nvmredis.spi.PersisterProvider;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Transaction;
import io.nvmredis.spi.TransactionSink;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is this persister's own; what every persister must do is in the contract test. */
class NvmAofPersisterTest {
    private static final TransactionSink IGNORE = (lsn, bytes, offset, length) -> {};

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
        new Effects(transaction)
                .begin(Effect.SET, 2)
                .argument(key.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .argument(value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return transaction;
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
        List<String> keys = new ArrayList<>();
        EffectReader reader = new EffectReader();
        try (Persister persister = create(domain)) {
            RecoveryReport report = persister.open(
                    (lsn, bytes, offset, length) -> {
                        reader.reset(bytes, offset, length).next();
                        keys.add(lsn + reader.text(0));
                    },
                    listener,
                    LoadingListener.NONE);
            assertThat(report.lastLsn()).isEqualTo(100);
            assertThat(report.transactionCount()).isEqualTo(100);
            assertThat(report.note()).isNull();
            assertThat(keys).hasSize(100).startsWith("1key1").endsWith("100key100");
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
                .containsKeys("nvm_log_bytes", "nvm_log_segments", "nvm_appended_bytes");
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
        try (Persister persister = create("emulated")) {
            persister.open(IGNORE, listener, LoadingListener.NONE);
            persister.append(set("a", "1"));
        }
        try (RandomAccessFile segment = new RandomAccessFile(
                directory.resolve("log-000000000001.segment").toFile(), "rw")) {
            segment.seek(5000);
            segment.write(7);
        }
        try (Persister persister = create("emulated")) {
            RecoveryReport report = persister.open(IGNORE, listener, LoadingListener.NONE);
            assertThat(report.lastLsn()).isEqualTo(1);
            assertThat(report.note()).contains("torn tail").contains("after LSN 1");
        }
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
}
