package io.nvmredis.nvm.replay;

import io.nvmredis.nvm.events.ReplayBatchEvent;
import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.log.LogMark;
import io.nvmredis.nvm.log.LogReader;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Applies the durable transactions of the log to the table, in batches, and gives the log behind them back.
 *
 * <p><b>Order.</b> A batch is
 *
 * <ol>
 *   <li>applied and published: it is durable in the table, and readers see it;
 *   <li>reported as applied by {@link #appliedLsn}: from now on the engine, which kept keys in DRAM because of the
 *       batch, may evict them, since the table shows them;
 *   <li>covered by the checkpoint: durably so, and after 1, since a checkpoint is believed at the next start. A crash
 *       between 1 and 3 has it applied again, to no effect;
 *   <li>released: the log may begin behind it, after 3, since what the checkpoint does not cover must be in the log.
 * </ol>
 *
 * <p>Only durable transactions are applied. Otherwise a power cut could leave a table with transactions that the log has
 * lost.
 *
 * <p><b>No room.</b> The keys that fit are published, the cleaner makes room, the batch takes in later transactions, of
 * which some may remove keys that do not fit, and the rest is tried again. The applied LSN stays; nothing is skipped.
 *
 * <p><b>Failure.</b> If the table or the log cannot be read or written, replay stops for good; the log keeps everything
 * from the checkpoint on.
 *
 * <p>Threads: one calls {@link #step} and {@link #catchUp}; any thread may call the other public methods.
 */
public final class Replayer {
    /** Bytes of log per batch: some ten milliseconds to apply, and enough for much of it to be superseded. */
    private static final int BATCH_BYTES = 4 << 20;

    /** Bytes of log to which a batch is extended, at most, when the table has no room for it. */
    private static final long LARGEST_BATCH_BYTES = 64L << 20;

    /** Bytes of log between two checkpoints while there is always more to apply. */
    private static final int CHECKPOINT_BYTES = 1 << 20;

    private static final int MAINTENANCE_BYTES = 256 << 10;
    private static final int ROOM_MAKING_BYTES = 16 << 20;

    /** Result of a step. */
    public enum Step {
        /** There is more to do. */
        MORE,
        /** All that was durable has been applied. */
        DRAINED,
        /** There was nothing to do. */
        IDLE,
        /** There is no room; the step must be tried again after a while. */
        WAITING_FOR_ROOM,
        /** Nothing is done any more. */
        FAILED
    }

    private final Log log;
    private final Table table;
    private final LogReader reader;
    private final ReplayBatch batch;
    /** Backlog that was in the log when it was opened, until the table has all of it. */
    private @Nullable OpenedBacklog backlog;

    private int batchBytes = BATCH_BYTES;
    private long batchStartBytes;
    private long checkpointBytes;
    private long releasedLsn;
    /**
     * Set if the table may have room at once for keys that did not fit: later transactions have been read, which may
     * remove keys, or a segment has been cleaned.
     */
    private boolean mayGainRoom;

    /** Whether what has been appended is to be applied without waiting for more. */
    private volatile boolean isHurried;

    private volatile long appliedLsn;
    private volatile long appliedBytes;
    private volatile long appliedEffects;
    private volatile long supersededEffects;
    private volatile @Nullable String shortage;
    private volatile @Nullable PersistenceException failure;

    /**
     * Makes a replayer that begins behind the table's checkpoint.
     *
     * @param unapplied beginning of the first transaction that the table may not contain
     */
    public Replayer(Log log, LogMark unapplied, Table table) {
        this(log, unapplied, table, null);
    }

    /**
     * Makes a replayer for a table that a backlog is laid over.
     *
     * @param backlog all transactions from {@code unapplied} on that are in the log now; null if none are laid over the
     *     table
     */
    public Replayer(Log log, LogMark unapplied, Table table, @Nullable OpenedBacklog backlog) {
        this.log = log;
        this.table = table;
        this.reader = new LogReader(log, unapplied);
        this.batch = new ReplayBatch(table);
        this.appliedLsn = unapplied.nextLsn() - 1;
        this.releasedLsn = appliedLsn;
        this.backlog = backlog;
        if (backlog != null) {
            backlog.attach(this::appliedLsn);
        }
    }

    /**
     * Returns the backlog that is laid over the table; null if the table has everything. Called by the replaying
     * thread, or before it has begun.
     */
    @Nullable
    OpenedBacklog backlog() {
        return backlog;
    }

    /** Makes batches smaller, for tests that look between two of them. */
    public void limitBatches(int bytes) {
        batchBytes = bytes;
    }

    /** Lets readers that would wait for the replay of a backlog do something else, for tests without threads. */
    public void doInPlaceOfWaiting(Runnable action) {
        OpenedBacklog opened = backlog;
        if (opened != null) {
            opened.doInPlaceOfWaiting(action);
        }
    }

    /** Asks that the next step be made soon. Any thread. */
    void applySoon() {
        isHurried = true;
    }

    /** Tells whether the next step was asked to be made soon. */
    boolean isHurried() {
        return isHurried;
    }

    /** Does the next piece of work. */
    public Step step() {
        OpenedBacklog opened = backlog;
        Step step = Step.FAILED;
        try {
            step = doStep();
            return step;
        } finally {
            if (opened != null) {
                opened.stepped(step == Step.WAITING_FOR_ROOM && !mayGainRoom ? shortage : null);
            }
        }
    }

    private Step doStep() {
        // Before anything is read: who asks from now on means a later step.
        isHurried = false;
        if (failure != null) {
            return Step.FAILED;
        }
        try {
            if (isCounting()) {
                return Step.MORE;
            }
            mayGainRoom = false;
            long passedBytes = reader.passedBytes();
            boolean isFull = gather();
            if (batch.isEmpty()) {
                return rest();
            }
            ReplayBatchEvent event = new ReplayBatchEvent();
            event.begin();
            NoSpaceException missing = batch.apply(!isFull);
            if (missing != null) {
                return makeRoom(missing, reader.passedBytes() > passedBytes);
            }
            record(event);
            applied();
            return isFull ? Step.MORE : Step.DRAINED;
        } catch (NoSpaceException e) {
            shortage = e.getMessage();
            return Step.WAITING_FOR_ROOM;
        } catch (RuntimeException | InternalError | OutOfMemoryError e) {
            fail(e);
            return Step.FAILED;
        }
    }

    /**
     * Counts keys, unless all have been counted, or are counted at the end of the backlog. This comes before anything is
     * applied.
     */
    private boolean isCounting() {
        OpenedBacklog uncounted = backlog;
        if (uncounted == null || uncounted.isCounted() || uncounted.isCountedAtEnd()) {
            return false;
        }
        uncounted.countSome();
        return true;
    }

    /** Reads transactions into the batch. Returns whether the batch is full. */
    private boolean gather() {
        long limit = Math.min(LARGEST_BATCH_BYTES, reader.passedBytes() - batchStartBytes + batchBytes);
        while (reader.passedBytes() - batchStartBytes < limit) {
            if (mustEndBatch()) {
                return true;
            }
            if (!reader.next()) {
                return false;
            }
            batch.add(reader);
        }
        return true;
    }

    /** Returns whether the backlog has been read, and its keys are to be counted before anything else is applied. */
    private boolean mustEndBatch() {
        OpenedBacklog uncounted = backlog;
        return uncounted != null && uncounted.isCountedAtEnd() && reader.nextLsn() > uncounted.lastLsn();
    }

    private void record(ReplayBatchEvent event) {
        event.end();
        if (event.shouldCommit()) {
            event.lastLsn = reader.lsn();
            event.bytes = reader.passedBytes() - batchStartBytes;
            event.effects = batch.effectCount();
            event.superseded = batch.supersededCount();
            event.commit();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread.
    private void applied() {
        shortage = null;
        appliedEffects += batch.effectCount();
        supersededEffects += batch.supersededCount();
        appliedBytes = reader.passedBytes();
        appliedLsn = reader.lsn();
        batchStartBytes = reader.passedBytes();
        batch.clear();
        reader.reuse();
        OpenedBacklog opened = backlog;
        if (opened != null && appliedLsn >= opened.lastLsn()) {
            opened.countAtEnd();
            opened.retire();
            backlog = null;
        }
        if (batchStartBytes - checkpointBytes >= CHECKPOINT_BYTES) {
            checkpoint();
        }
    }

    private void checkpoint() {
        checkpointBytes = batchStartBytes;
        table.checkpoint(appliedLsn);
        releasedLsn = appliedLsn;
        OpenedBacklog opened = backlog;
        if (opened != null) {
            opened.awaitReaders();
        }
        log.release(reader.mark());
    }

    private Step rest() {
        if (appliedLsn > releasedLsn) {
            checkpoint();
            return Step.MORE;
        }
        return table.maintain(MAINTENANCE_BYTES) ? Step.MORE : Step.IDLE;
    }

    private Step makeRoom(NoSpaceException missing, boolean hasReadMore) {
        shortage = missing.getMessage();
        try {
            mayGainRoom = table.maintain(ROOM_MAKING_BYTES) || hasReadMore;
        } catch (NoSpaceException e) {
            shortage = e.getMessage();
        }
        return Step.WAITING_FOR_ROOM;
    }

    /** Stops the replay for good. */
    void fail(Throwable cause) {
        String reason = cause instanceof PersistenceException ? cause.getMessage() : cause.toString();
        PersistenceException stopped = new PersistenceException("replay has stopped: " + reason, cause);
        failure = stopped;
        OpenedBacklog opened = backlog;
        if (opened != null) {
            opened.fail(stopped);
        }
    }

    /**
     * Applies every durable transaction, on the thread that opens the directory: where no backlog is laid over the table.
     * Cleaning, and sweeping the records that a FLUSHDB has made dead, come later: their time grows with the data.
     *
     * @param passed receives the bytes of log read, per step
     * @throws PersistenceException if the log cannot be read, or the table cannot be written or has no room
     */
    public void catchUp(LongConsumer passed) {
        long passedBytes = 0;
        Step step;
        do {
            step = step();
            passed.accept(reader.passedBytes() - passedBytes);
            passedBytes = reader.passedBytes();
        } while (step == Step.DRAINED
                || (step == Step.MORE && isBehind())
                || (step == Step.WAITING_FOR_ROOM && mayGainRoom));
        PersistenceException failed = failure;
        if (failed != null) {
            throw failed;
        }
        if (step == Step.WAITING_FOR_ROOM) {
            throw new PersistenceException("the end of the log cannot be applied: " + shortage);
        }
    }

    /** Returns whether a transaction must be applied, or the checkpoint does not cover an applied one. */
    private boolean isBehind() {
        return hasMore() || !batch.isEmpty() || appliedLsn > releasedLsn;
    }

    /** Returns whether a durable transaction has not been read yet. */
    boolean hasMore() {
        return log.durableLsn() > reader.nextLsn() - 1;
    }

    /** Returns the LSN up to which every transaction is in the table. */
    public long appliedLsn() {
        return appliedLsn;
    }

    /** Returns the bytes of the log records that have been applied. */
    public long appliedBytes() {
        return appliedBytes;
    }

    /** Returns the number of effects that have been applied, superfluous ones included. */
    public long appliedEffects() {
        return appliedEffects;
    }

    /** Returns the number of applied effects that later effects had made superfluous. */
    public long supersededEffects() {
        return supersededEffects;
    }

    /** Returns what the table had no room for at the last try, or null. */
    public @Nullable String shortage() {
        return shortage;
    }

    /** Returns why replay has stopped, or null. */
    public @Nullable PersistenceException failure() {
        return failure;
    }
}
