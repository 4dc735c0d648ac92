package io.nvmredis.nvm.sim;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.recovery.Recovered;
import io.nvmredis.nvm.recovery.Recovery;
import io.nvmredis.nvm.replay.Replayer;
import io.nvmredis.nvm.replay.Replayer.Step;
import io.nvmredis.nvm.replay.TableColdStore;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;

/** Log, table and replay of a directory, opened for a test and caught up; no threads. */
public final class TestPool implements AutoCloseable {
    public static final long LOG_ID = 0x1234_5678_9abc_def0L;
    public static final TableShape SMALL_TABLE = new TableShape(4096, 64 + 16 * 64, 4 << 10, 16);

    private static final int MAX_WAITS = 100;

    private final Recovered recovered;
    private final TableColdStore coldStore;

    public TestPool(PmemDirectory directory, int segmentLength) {
        this(directory, segmentLength, SMALL_TABLE, LoadingListener.NONE);
    }

    public TestPool(PmemDirectory directory, int segmentLength, TableShape shape, LoadingListener loading) {
        this(new Recovery(directory, segmentLength, shape, () -> LOG_ID).open(loading));
        try {
            catchUp();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private TestPool(Recovered recovered) {
        this.recovered = recovered;
        this.coldStore = new TableColdStore(recovered.table(), recovered.replayer());
    }

    /** Opens a directory and applies nothing. */
    public static TestPool unreplayed(PmemDirectory directory, int segmentLength, TableShape shape) {
        return new TestPool(new Recovery(directory, segmentLength, shape, () -> LOG_ID).open(LoadingListener.NONE));
    }

    /** The same, with an index of the backlog that may take so many bytes. */
    public static TestPool limited(PmemDirectory directory, int segmentLength, TableShape shape, long indexBytes) {
        return new TestPool(new Recovery(directory, segmentLength, shape, () -> LOG_ID)
                .limitIndex(indexBytes)
                .open(LoadingListener.NONE));
    }

    /** The same, with lookups in the backlog that go through so many links and bytes of changes. */
    public static TestPool shortChained(
            PmemDirectory directory, int segmentLength, TableShape shape, int links, int bytes) {
        return new TestPool(new Recovery(directory, segmentLength, shape, () -> LOG_ID)
                .limitLookups(links, bytes)
                .open(LoadingListener.NONE));
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A transaction of effects, each its name and arguments, separated by spaces. */
    public static Transaction transaction(String... effects) {
        Transaction transaction = new Transaction();
        Effects writer = new Effects(transaction);
        for (String effect : effects) {
            String[] words = effect.split(" ", -1);
            writer.begin(Effect.valueOf(words[0]), words.length - 1);
            for (int i = 1; i < words.length; i++) {
                writer.argument(bytes(words[i]));
            }
        }
        return transaction;
    }

    public Recovered recovered() {
        return recovered;
    }

    public Log log() {
        return recovered.log();
    }

    public Table table() {
        return recovered.table();
    }

    /** What a server is shown. */
    public TableColdStore coldStore() {
        return coldStore;
    }

    public Replayer replayer() {
        return recovered.replayer();
    }

    /** Appends a transaction. Returns its LSN. */
    public long append(String... effects) {
        Transaction transaction = transaction(effects);
        return log().append(transaction.bytes(), 0, transaction.length());
    }

    public void appendAndCommit(String... effects) {
        log().commit(append(effects));
    }

    /** Applies all that was found, and no more: neither cleans nor sweeps. */
    private void catchUp() {
        int waits = 0;
        while (replayer().appliedLsn() < log().lastLsn() || table().checkpointLsn() < log().lastLsn()) {
            waits = replayer().step() == Step.WAITING_FOR_ROOM ? waits + 1 : 0;
            if (replayer().failure() != null) {
                throw replayer().failure();
            }
            if (waits > MAX_WAITS) {
                throw new PersistenceException(
                        "the end of the log cannot be applied: " + replayer().shortage());
            }
        }
    }

    /** Replays until there is nothing to do. */
    public void replay() {
        Step step = replayer().step();
        while (step == Step.MORE || step == Step.DRAINED) {
            step = replayer().step();
        }
        if (replayer().failure() != null) {
            throw replayer().failure();
        }
    }

    /** The value of a key as {@link ShownTable} shows it, or null. */
    public String value(int database, String key) {
        return ShownTable.value(table(), database, bytes(key));
    }

    @Override
    public void close() {
        table().close();
        log().close();
    }
}
