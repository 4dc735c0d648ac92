package io.nvmredis.spi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.spi.ChangeableSettings;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DataSetFollower;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.LogRewriter;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Reloader;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.ConfigurationException;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Contract that every {@link Persister} must fulfil. The test of an implementation extends this class and makes its
 * persister.
 */
public abstract class PersisterContractTest {
    private static final long SEED = 20_260_101;

    @TempDir
    private Path temporary;

    /** Data set that the appended transactions have made. */
    private final StringDataSet data = new StringDataSet();

    /** Makes a persister on this directory, not yet open. */
    protected abstract Persister create(Path directory);

    /**
     * Returns the transactions that a persister hands back after these were appended; none for a persister that keeps
     * nothing.
     */
    protected List<byte[]> keptOf(List<byte[]> appended) {
        return appended;
    }

    /** Makes a persister keep the appended transactions, where that takes more than a commit. */
    protected void keepAppended(Persister persister) {}

    /** Returns whether the appended transactions themselves are handed back, and not others with the same outcome. */
    protected boolean handsBackTransactions() {
        return true;
    }

    /** Returns the directory of the persister's files, which does not exist yet. */
    protected Path directory() {
        return temporary.resolve("data");
    }

    @Test
    void shouldOpenAnEmptyDirectoryWithNothingInIt() {
        Collector collector = new Collector();
        try (Persister persister = create(directory())) {
            RecoveryReport report = persister.open(collector, collector, LoadingListener.NONE);
            assertThat(report.transactionCount()).isZero();
            assertThat(report.lastLsn()).isZero();
            assertThat(persister.lastLsn()).isZero();
            assertThat(persister.durableLsn()).isZero();
            assertThat(persister.refusal(100, true)).isNull();
        }
        assertThat(collector.transactions).isEmpty();
    }

    @Test
    void shouldHandBackEveryTransactionInItsOrder() {
        List<byte[]> appended = new ArrayList<>();
        Random random = new Random(SEED);
        try (Persister persister = openNew()) {
            for (int i = 0; i < 500; i++) {
                appended.add(append(persister, i, random.nextInt(2_000)));
            }
            keepAppended(persister);
        }
        assertThatReopenedHolds(directory(), appended);
    }

    @Test
    void shouldNumberTransactionsOneByOneAcrossReopening() {
        List<byte[]> appended = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            try (Persister persister = openNew()) {
                assertThat(persister.lastLsn()).isEqualTo(keptOf(appended).size());
                for (int i = 0; i < 10; i++) {
                    long before = persister.lastLsn();
                    appended.add(append(persister, round * 10 + i, 20));
                    assertThat(persister.lastLsn()).isEqualTo(before + 1);
                }
                keepAppended(persister);
            }
        }
        assertThatReopenedHolds(directory(), appended);
    }

    @Test
    void shouldCopyWhatIsAppended() {
        Transaction transaction = new Transaction();
        List<byte[]> appended = new ArrayList<>();
        try (Persister persister = openNew()) {
            for (int i = 0; i < 3; i++) {
                transaction.reset();
                fill(transaction, i, 30);
                appended.add(Arrays.copyOf(transaction.bytes(), transaction.length()));
                append(persister, transaction);
                Arrays.fill(transaction.bytes(), (byte) 'z');
            }
            keepAppended(persister);
        }
        assertThatReopenedHolds(directory(), appended);
    }

    @Test
    void shouldBeDurableWhenCommitReturns() {
        try (Persister persister = openNew()) {
            for (int i = 0; i < 20; i++) {
                append(persister, i, 50);
                long lsn = persister.lastLsn();
                persister.commit(lsn);
                assertThat(persister.durableLsn()).isGreaterThanOrEqualTo(lsn);
            }
        }
    }

    @Test
    void shouldTellTheListenerOfACommitThatWasRequested() {
        Collector collector = new Collector();
        try (Persister persister = create(directory())) {
            persister.open(collector, collector, LoadingListener.NONE);
            for (int i = 0; i < 20; i++) {
                append(persister, i, 50);
                long lsn = persister.lastLsn();
                persister.requestCommit(lsn);
                await().untilAsserted(() -> assertThat(Math.max(persister.durableLsn(), collector.durableLsn.get()))
                        .isGreaterThanOrEqualTo(lsn));
            }
        }
    }

    @Test
    void shouldKeepWhatIsCommittedWithoutBeingClosed() {
        List<byte[]> appended = new ArrayList<>();
        Path copy = temporary.resolve("copy");
        try (Persister persister = openNew()) {
            for (int i = 0; i < 100; i++) {
                appended.add(append(persister, i, 100));
            }
            persister.commit(persister.lastLsn());
            keepAppended(persister);
            copy(directory(), copy);
        }
        assertThatReopenedHolds(copy, appended);
    }

    @Test
    void shouldKeepAHugeTransactionWhole() {
        List<byte[]> appended = new ArrayList<>();
        try (Persister persister = openNew()) {
            appended.add(append(persister, 1, 10));
            appended.add(append(persister, 2, 24 << 20));
            appended.add(append(persister, 3, 10));
            keepAppended(persister);
        }
        assertThatReopenedHolds(directory(), appended);
    }

    @Test
    void shouldRefuseADirectoryThatIsInUse() {
        Collector collector = new Collector();
        try (Persister first = openNew()) {
            append(first, 1, 10);
            if (!keptOf(List.of(new byte[0])).isEmpty()) {
                Persister second = create(directory());
                assertThatThrownBy(() -> second.open(collector, collector, LoadingListener.NONE))
                        .isInstanceOf(PersistenceException.class)
                        .hasMessageContaining(directory().toString());
            }
            append(first, 2, 10);
            first.commit(first.lastLsn());
        }
    }

    @Test
    void shouldSayWhatItPromisesAndHowItIs() {
        try (Persister persister = openNew()) {
            DurabilityStatement durability = persister.durability();
            assertThat(durability.mechanism()).isNotBlank();
            assertThat(durability.detail()).isNotBlank();
            assertThat(durability.survivesProcessCrash()).isEqualTo(persister.keepsTransactions());
            Map<String, String> info = new HashMap<>();
            persister.info(info::put);
            assertThat(info.keySet()).allSatisfy(name -> assertThat(name).matches("[a-z0-9_]+"));
        }
    }

    @Test
    void shouldHandBackOnceMoreWhatItKeepsOrSayThatItCannot() {
        List<byte[]> appended = new ArrayList<>();
        try (Persister persister = openNew()) {
            for (int i = 0; i < 50; i++) {
                appended.add(append(persister, i, 100));
            }
            persister.commit(persister.lastLsn());
            keepAppended(persister);
            Collector collector = new Collector();
            Reloader reloader = persister.reloader();
            if (reloader == null) {
                assertThat(persister.coldStore() != null || keptOf(appended).isEmpty())
                        .as("it keeps the data in a cold store, or keeps nothing")
                        .isTrue();
                return;
            }
            reloader.reload(collector);
            assertThat(StringDataSet.of(collector.transactions)).isEqualTo(StringDataSet.of(appended));
            long before = persister.lastLsn();
            appended.add(append(persister, 50, 10));
            assertThat(persister.lastLsn()).isEqualTo(before + 1);
            keepAppended(persister);
        }
        assertThatReopenedHolds(directory(), appended);
    }

    @Test
    void shouldLoseNothingByARewrite() {
        List<byte[]> appended = new ArrayList<>();
        try (Persister persister = openNew()) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 50; i++) {
                    appended.add(append(persister, round * 60 + i, 100));
                }
                if (rewrites(persister)) {
                    for (int i = 50; i < 60; i++) {
                        appended.add(append(persister, round * 60 + i, 100));
                    }
                    await().until(() -> !isRewriting(persister));
                }
            }
            keepAppended(persister);
        }
        assertThatReopenedHasTheOutcomeOf(appended);
    }

    @Test
    void shouldLoseNothingIfItIsClosedInARewrite() {
        List<byte[]> appended = new ArrayList<>();
        try (Persister persister = openNew()) {
            for (int i = 0; i < 100; i++) {
                appended.add(append(persister, i, 50_000));
            }
            keepAppended(persister);
            rewrites(persister);
        }
        assertThatReopenedHasTheOutcomeOf(appended);
    }

    private static boolean rewrites(Persister persister) {
        LogRewriter rewriter = persister.rewriter();
        if (rewriter == null) {
            return false;
        }
        try {
            assertThat(rewriter.rewrite()).startsWith("Background append only file rewriting");
            return true;
        } catch (PersistenceException e) {
            assertThat(e).hasMessageStartingWith("ERR ");
            return false;
        }
    }

    private static boolean isRewriting(Persister persister) {
        Map<String, String> info = new HashMap<>();
        persister.info(info::put);
        return info.getOrDefault("aof_rewrite_in_progress", "0").equals("1");
    }

    @Test
    void shouldChangeNothingIfOneSettingIsBad() {
        List<byte[]> appended = new ArrayList<>();
        try (Persister persister = openNew()) {
            appended.add(append(persister, 1, 10));
            DurabilityStatement before = persister.durability();
            ChangeableSettings settings = persister.changeableSettings();
            if (settings != null) {
                assertThatThrownBy(() -> settings.configure(Map.of("appendfsync", "sometimes", "save", "x")))
                        .isInstanceOf(ConfigurationException.class);
            }
            assertThat(persister.durability().mechanism()).isEqualTo(before.mechanism());
            appended.add(append(persister, 2, 10));
            persister.commit(persister.lastLsn());
            keepAppended(persister);
        }
        assertThatReopenedHolds(directory(), appended);
    }

    @Test
    void shouldKeepEverythingIfItIsToSaveAtTheEnd() {
        List<byte[]> appended = new ArrayList<>();
        try (Persister persister = openNew()) {
            for (int i = 0; i < 20; i++) {
                appended.add(append(persister, i, 100));
            }
            DataSetFollower follower = persister.follower();
            if (follower != null) {
                follower.shutDown(ShutdownSave.SAVE);
            }
        }
        assertThatReopenedHolds(directory(), appended);
    }

    /**
     * Asserts that the reopened data have the outcome of these transactions, whichever transactions are handed back.
     */
    private void assertThatReopenedHasTheOutcomeOf(List<byte[]> appended) {
        Collector collector = new Collector();
        try (Persister persister = create(directory())) {
            RecoveryReport report = persister.open(collector, collector, LoadingListener.NONE);
            List<byte[]> kept = keptOf(appended);
            assertThat(report.lastLsn()).isEqualTo(kept.size());
            ColdStore coldStore = persister.coldStore();
            if (coldStore != null) {
                assertThatColdStoreHolds(coldStore, kept);
            } else {
                assertThat(StringDataSet.of(collector.transactions)).isEqualTo(StringDataSet.of(kept));
            }
        }
    }

    private Persister openNew() {
        Collector collector = new Collector();
        Persister persister = create(directory());
        persister.open(collector, collector, LoadingListener.NONE);
        DataSetFollower follower = persister.follower();
        if (follower != null) {
            follower.attach(data);
        }
        return persister;
    }

    private void assertThatReopenedHolds(Path directory, List<byte[]> appended) {
        Collector collector = new Collector();
        try (Persister persister = create(directory)) {
            RecoveryReport report = persister.open(collector, collector, LoadingListener.NONE);
            List<byte[]> kept = keptOf(appended);
            assertThat(report.lastLsn()).isEqualTo(kept.size());
            ColdStore coldStore = persister.coldStore();
            if (coldStore != null) {
                assertThat(collector.transactions).as("handed to the sink").isEmpty();
                assertThatColdStoreHolds(coldStore, kept);
                return;
            }
            if (!handsBackTransactions()) {
                assertThat(report.transactionCount()).isEqualTo(collector.transactions.size());
                assertThat(StringDataSet.of(collector.transactions)).isEqualTo(StringDataSet.of(kept));
                return;
            }
            assertThat(report.transactionCount()).isEqualTo(kept.size());
            assertThat(collector.transactions).hasSameSizeAs(kept);
            for (int i = 0; i < kept.size(); i++) {
                assertThat(Arrays.equals(collector.transactions.get(i), kept.get(i)))
                        .as("transaction %d of %d is the one appended", i + 1, kept.size())
                        .isTrue();
                assertThat(collector.lsns.get(i)).isEqualTo(i + 1L);
            }
        }
    }

    /**
     * Asserts that the store holds the keys of these transactions, each of which has set a key of its own: at once, and
     * after all have been applied.
     */
    private static void assertThatColdStoreHolds(ColdStore coldStore, List<byte[]> kept) {
        assertThatColdStoreShows(coldStore, kept);
        assertThat(coldStore.openedCount(0)).isEqualTo(kept.size());
        await().until(() -> coldStore.appliedLsn() == kept.size());
        assertThatColdStoreShows(coldStore, kept);
    }

    /** Asserts that the store shows the key and value of each transaction. */
    private static void assertThatColdStoreShows(ColdStore coldStore, List<byte[]> kept) {
        assertThat(coldStore.count(0)).isEqualTo(kept.size());
        for (int i = 0; i < kept.size(); i++) {
            EffectReader reader = new EffectReader().reset(kept.get(i), 0, kept.get(i).length);
            assertThat(reader.next()).isTrue();
            StringCollector value = new StringCollector();
            KeyInfo info = coldStore.load(0, reader.argument(0), value);
            assertThat(info)
                    .as("the key of transaction %d of %d", i + 1, kept.size())
                    .isNotNull();
            assertThat(info.lsn()).isEqualTo(i + 1L);
            assertThat(Arrays.equals(value.string, reader.argument(1)))
                    .as("the value of transaction %d of %d", i + 1, kept.size())
                    .isTrue();
        }
    }

    private byte[] append(Persister persister, int number, int valueLength) {
        Transaction transaction = new Transaction();
        fill(transaction, number, valueLength);
        append(persister, transaction);
        return Arrays.copyOf(transaction.bytes(), transaction.length());
    }

    private void append(Persister persister, Transaction transaction) {
        persister.append(transaction);
        data.apply(persister.lastLsn(), transaction.bytes(), 0, transaction.length());
    }

    private static void fill(Transaction transaction, int number, int valueLength) {
        byte[] value = new byte[valueLength];
        new Random(SEED + number).nextBytes(value);
        new Effects(transaction)
                .begin(Effect.SET, 2)
                .argument(("key:" + number).getBytes(StandardCharsets.US_ASCII))
                .argument(value);
    }

    private static void copy(Path from, Path to) {
        if (!Files.exists(from)) {
            return;
        }
        try {
            Files.walkFileTree(from, new Copier(from, to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Copies a directory while files in it are made, renamed and deleted. */
    private static final class Copier extends SimpleFileVisitor<Path> {
        private final Path from;
        private final Path to;

        Copier(Path from, Path to) {
            this.from = from;
            this.to = to;
        }

        private Path target(Path file) {
            return to.resolve(from.relativize(file).toString());
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            Files.createDirectories(target(directory));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            try {
                Files.copy(file, target(file), StandardCopyOption.REPLACE_EXISTING);
            } catch (NoSuchFileException e) {
                return visitFileFailed(file, e);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException && file.toString().endsWith(".tmp")) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }
    }

    private static final class Collector implements TransactionSink, CommitListener {
        private final List<byte[]> transactions = new ArrayList<>();
        private final List<Long> lsns = new ArrayList<>();
        private final AtomicLong durableLsn = new AtomicLong();

        @Override
        public void apply(long lsn, byte[] bytes, int offset, int length) {
            lsns.add(lsn);
            transactions.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }

        @Override
        public void onDurable(long newDurableLsn) {
            durableLsn.accumulateAndGet(newDurableLsn, Math::max);
        }

        @Override
        public void onCommitFailed(PersistenceException failure) {
            throw failure;
        }
    }

    /** Takes the value of a string, and fails on any other value. */
    private static final class StringCollector implements ValueVisitor {
        private byte[] string = new byte[0];

        @Override
        public void begin(ValueType type, int elementCount) {
            assertThat(type).isEqualTo(ValueType.STRING);
        }

        @Override
        public void string(byte[] value) {
            string = value;
        }

        @Override
        public void listElement(byte[] element) {
            throw new AssertionError("an element of a string");
        }

        @Override
        public void setMember(byte[] member) {
            throw new AssertionError("a member of a string");
        }

        @Override
        public void hashField(byte[] field, byte[] value, long deadlineMillis) {
            throw new AssertionError("a field of a string");
        }

        @Override
        public void zsetMember(byte[] member, double score) {
            throw new AssertionError("a member of a string");
        }

        @Override
        public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
            throw new AssertionError("an entry of a string");
        }

        @Override
        public void streamState(StreamState state) {
            throw new AssertionError("a state of a string");
        }

        @Override
        public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
            throw new AssertionError("a group of a string");
        }

        @Override
        public void streamConsumer(byte[] consumer, long seenMillis) {
            throw new AssertionError("a consumer of a string");
        }

        @Override
        public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
            throw new AssertionError("a pending entry of a string");
        }
    }
}
