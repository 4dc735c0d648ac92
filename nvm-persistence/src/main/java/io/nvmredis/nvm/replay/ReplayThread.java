package io.nvmredis.nvm.replay;

import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.replay.Replayer.Step;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.ThreadJoins;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link Replayer} on a thread of its own, and makes writers wait when the log gets too far ahead of it.
 *
 * <p><b>Waiting.</b> While transactions come, the thread looks for them about 50 times per second. So a batch has many
 * transactions, which share its cost and some of whose effects are superfluous, and no thread has to wake another. In
 * return, a start after a crash has some milliseconds' work more to replay, and written keys stay in DRAM that much
 * longer. Only when nothing has come for a while does the thread park until the committer unparks it.
 *
 * <p>Where a persist waits for a disk, the five to ten of a batch take as long as so many commits, which wait for the same
 * disk. There the thread {@linkplain #gatherFor waits longer}, up to a second or until 4 MB of log are to be applied, unless
 * the engine {@linkplain Replayer#applySoon needs memory}.
 *
 * <p><b>Back-pressure.</b> The appender sets a flag when the backlog exceeds the limit, and this thread clears it when
 * the backlog has fallen to half of the limit. No clearing is missed: the transaction that brought the backlog over the
 * limit is committed after the appender has set the flag, which wakes this thread, and it checks the backlog after
 * every step. Where replay cannot go on, no writer waits: commands are refused instead, or, if they can make room,
 * accepted.
 */
public final class ReplayThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayThread.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** For how long transactions gather where a persist waits for a disk. */
    public static final long LONG_GATHER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long LONG_GATHER_BYTES = 4 << 20;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Number of looks that find nothing before the thread parks until it is unparked. */
    private static final int IDLE_LOOKS = 5;

    private static final long ROOM_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Time that a close spends on replaying: the rest is replayed at the next open, and is not worth more. */
    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Log log;
    private final Replayer replayer;
    private final TableRoom room;
    private final CommitListener listener;
    private final long limitBytes;
    /** Bytes of the records that had not been applied when the log was opened. */
    private final long openedBytes;

    private final Thread thread;
    /** For how long transactions gather at most before the next batch; unless they are more than {@code gatherBytes}. */
    private long gatherNanos = PAUSE_NANOS;

    private long gatherBytes;
    private volatile boolean backedUp;
    private volatile boolean isStuck;
    private volatile boolean closed;
    private long roomNanos = System.nanoTime();

    /**
     * Creates a thread, not yet started.
     *
     * @param limitBytes bytes of the backlog above which writers wait
     * @param openedBytes bytes of the records that had not been applied when the log was opened
     */
    public ReplayThread(
            Log log, Replayer replayer, TableRoom room, CommitListener listener, long limitBytes, long openedBytes) {
        this.log = log;
        this.replayer = replayer;
        this.room = room;
        this.listener = listener;
        this.limitBytes = limitBytes;
        this.openedBytes = openedBytes;
        this.thread = new Thread(this::run, "nvm-replay");
        thread.setDaemon(true);
    }

    /**
     * Makes fewer and larger batches, where a persist waits for a disk: transactions gather for so long, or until they are
     * 4 MB. Called before {@link #start}.
     */
    public void gatherFor(long nanos) {
        gatherNanos = nanos;
        gatherBytes = Math.min(LONG_GATHER_BYTES, limitBytes / 4);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        if (replayer.backlog() != null) {
            // Clients that have waited for the start come first: the code for them and for the replay is not compiled
            // yet, and there may be only one processor.
            LockSupport.parkNanos(this, FIRST_PAUSE_NANOS);
        }
        try {
            applyUntilClosed();
        } catch (RuntimeException | Error e) {
            // Writers that wait, and threads that wait for the count, would otherwise wait for ever; now commands are
            // refused instead.
            replayer.fail(e);
            isStuck = true;
            LOG.error("replay has ended", e);
            backedUp = false;
            tellOfRoom();
        }
    }

    private void applyUntilClosed() {
        int idleLooks = 0;
        while (!closed) {
            Step step = step();
            idleLooks = step == Step.IDLE ? idleLooks + 1 : 0;
            if (closed || step == Step.FAILED) {
                break;
            }
            await(step, idleLooks);
        }
    }

    /**
     * Does one step of the thread's work between two waits. Tests call it in place of a thread that has not been
     * started.
     */
    public Step step() {
        OpenedBacklog backlog = replayer.backlog();
        boolean wasCounted = backlog == null || backlog.isCounted();
        Step step = replayer.step();
        noteStep(step);
        relieve();
        if (!wasCounted && (backlog == null || backlog.isCounted())) {
            tellOfRoom();
        }
        return step;
    }

    private void await(Step step, int idleLooks) {
        if (step == Step.WAITING_FOR_ROOM) {
            LockSupport.parkNanos(this, RETRY_NANOS);
        } else if (idleLooks > IDLE_LOOKS) {
            log.awaitAbove(replayer.appliedLsn(), IDLE_NANOS);
        } else if (step == Step.DRAINED) {
            gather();
        } else if (step == Step.IDLE) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
    }

    private void gather() {
        long end = System.nanoTime() + gatherNanos;
        do {
            LockSupport.parkNanos(this, PAUSE_NANOS);
        } while (!closed && !replayer.isHurried() && backlogBytes() < gatherBytes && System.nanoTime() - end < 0);
    }

    private void noteStep(Step step) {
        boolean isNowStuck = step == Step.WAITING_FOR_ROOM || step == Step.FAILED;
        if (isNowStuck && !isStuck) {
            PersistenceException failure = replayer.failure();
            LOG.error("{}", failure == null ? "replay waits for room: " + replayer.shortage() : failure.getMessage());
        }
        isStuck = isNowStuck;
        long now = System.nanoTime();
        if (now - roomNanos >= ROOM_NANOS) {
            roomNanos = now;
            room.refresh();
        }
    }

    private void relieve() {
        if (backedUp && (isStuck || backlogBytes() <= limitBytes / 2)) {
            backedUp = false;
            tellOfRoom();
        }
    }

    private void tellOfRoom() {
        try {
            listener.onRoom();
        } catch (RuntimeException e) {
            LOG.error("a commit listener has failed", e);
        }
    }

    /** Notes that a transaction has been appended. Called by the appender; takes a few memory loads. */
    public void appended() {
        if (backlogBytes() > limitBytes && !isStuck) {
            backedUp = true;
        }
    }

    /** Returns the bytes of the log records that have not been applied. */
    public long backlogBytes() {
        // Read first, since applied bytes were appended before.
        long applied = replayer.appliedBytes();
        return openedBytes + log.appendedBytes() - applied;
    }

    /** Returns whether writers must wait. Any thread; takes a memory load or two. */
    public boolean isBackedUp() {
        return backedUp && !isStuck;
    }

    /** Returns the reason why a transaction of about this size cannot be taken, or null. */
    public @Nullable Refusal refusal(long payloadBytes, boolean addsData) {
        PersistenceException failure = replayer.failure();
        if (failure != null) {
            return new Refusal(Refusal.Kind.FAILED, "Errors writing to the NVM table: " + failure.getMessage());
        }
        if (!addsData) {
            return null;
        }
        String shortage = replayer.shortage();
        return shortage == null ? room.refusal(payloadBytes, backlogBytes()) : TableRoom.refusal(shortage);
    }

    /** Reports the state of the replay. */
    public void info(InfoSink sink) {
        PersistenceException failure = replayer.failure();
        String shortage = replayer.shortage();
        String status = failure == null ? "ok" : String.valueOf(failure.getMessage());
        sink.field("nvm_replay_status", failure == null && shortage != null ? "no space: " + shortage : status);
        sink.field("nvm_backlog_bytes", backlogBytes());
        sink.field("nvm_backlog_limit", limitBytes);
        sink.field("nvm_applied_lsn", replayer.appliedLsn());
        sink.field("nvm_applied_effects", replayer.appliedEffects());
        sink.field("nvm_superseded_effects", replayer.supersededEffects());
        sink.field("nvm_capacity", room.hasCapacity() ? room.capacityBytes() : 0);
    }

    /**
     * Applies the rest of the log, if that does not take long, and ends the thread. Nothing may be appended any more.
     */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        ThreadJoins.join(thread);
        long deadline = System.nanoTime() + CLOSE_NANOS;
        Step step = Step.MORE;
        while ((step == Step.MORE || step == Step.DRAINED) && System.nanoTime() - deadline < 0 && isWorthwhile(step)) {
            step = replayer.step();
        }
        OpenedBacklog backlog = replayer.backlog();
        if (backlog != null) {
            backlog.fail(new PersistenceException("the server is shutting down"));
        }
    }

    private boolean isWorthwhile(Step step) {
        return step == Step.MORE || replayer.hasMore();
    }
}
