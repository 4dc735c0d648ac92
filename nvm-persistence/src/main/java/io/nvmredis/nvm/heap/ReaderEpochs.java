package io.nvmredis.nvm.heap;

import io.nvmredis.spi.errors.PersistenceException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells when no reader can still use a record that has become unreachable: epoch-based reclamation, after Fraser,
 * "Practical lock-freedom" (2004).
 *
 * <p>A reader announces the epoch that it found on entering, in a place of its own, and empties the place when it
 * leaves. The writer makes a record unreachable, then {@link #advance}s the epoch, and may use the record's space again
 * once every place is empty or holds a later epoch.
 *
 * <p>Why that is enough: announcing is a sequentially consistent store, and so is the advance. A reader whose
 * announcement the writer did not see when it checked the places has announced after that check, so its later loads see
 * that the record is unreachable. A reader that announced a later epoch read the epoch after the advance, hence after
 * the record had become unreachable. The writer waits for every other reader.
 *
 * <p>Closing: {@link #close} stores a flag, then waits until every place is empty; a reader that has announced itself
 * checks the flag, and leaves again if it is set. Both are sequentially consistent, so one of the two sees the other:
 * no reader goes on once the writer has found the places empty, and the files may be unmapped.
 *
 * <p>Readers neither lock nor wait for the writer. A reader that finds all places taken, which takes more than
 * {@value #PLACE_COUNT} readers at one time, tries again until another reader leaves.
 */
public final class ReaderEpochs {
    /** Most readers at one time. */
    public static final int PLACE_COUNT = 256;
    /** Distance of two places: each has two cache lines for itself, as the processor fetches them in pairs. */
    private static final int PLACE_DISTANCE = 16;

    private static final int ABSENT = 0;
    private static final long CLOSE_WAIT_NANOS = 50_000;

    private final AtomicLongArray places = new AtomicLongArray(PLACE_COUNT * PLACE_DISTANCE);
    private final AtomicLong epoch = new AtomicLong(1);
    private volatile boolean isClosed;

    /**
     * Announces a reader. Returns its place, for {@link #leave}.
     *
     * @throws PersistenceException if nothing may be read any more
     */
    public int enter() {
        int place = ((int) Thread.currentThread().getId() * 0x9e3779b1) >>> 24;
        while (true) {
            if (places.get(place * PLACE_DISTANCE) == ABSENT
                    && places.compareAndSet(place * PLACE_DISTANCE, ABSENT, epoch.get())) {
                requireOpen(place);
                return place;
            }
            place = (place + 1) % PLACE_COUNT;
            Thread.onSpinWait();
        }
    }

    private void requireOpen(int place) {
        if (isClosed) {
            leave(place);
            throw new PersistenceException("the table is closed: the server is shutting down");
        }
    }

    public void leave(int place) {
        places.set(place * PLACE_DISTANCE, ABSENT);
    }

    /** Advances the epoch after something has become unreachable. Returns the epoch to ask {@link #isOver} about. */
    public long advance() {
        return epoch.getAndIncrement();
    }

    /** Returns whether every reader that may have seen what became unreachable in this epoch has left. */
    public boolean isOver(long unreachableEpoch) {
        for (int place = 0; place < PLACE_COUNT; place++) {
            long announced = places.get(place * PLACE_DISTANCE);
            if (announced != ABSENT && announced <= unreachableEpoch) {
                return false;
            }
        }
        return true;
    }

    /** Lets no more readers enter, and waits until those that have entered have left. */
    public void close() {
        isClosed = true;
        while (!isOver(Long.MAX_VALUE)) {
            // A reader copies at most one value: too long for spinning, too short to be noticed.
            LockSupport.parkNanos(CLOSE_WAIT_NANOS);
        }
    }
}
