package io.nvmredis.nvm.heap;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Says when no reader can still be in a record that has been taken out: epoch-based reclamation, after Fraser,
 * "Practical lock-freedom" (2004).
 *
 * <p>A reader announces the epoch it found when it came, in a place of its own, and takes it back when it leaves. The
 * writer makes something unreachable, then {@link #advance}s the epoch, and may use its space again once every place
 * is empty or holds a later epoch.
 *
 * <p>Why that is enough: announcing is a sequentially consistent store, and so is the advance. A reader whose
 * announcement the writer did not see when it looked at the places has announced after that look, so its later loads
 * see that the thing is unreachable. A reader that announced a later epoch read the epoch after the advance, hence
 * after the thing had become unreachable. Every other reader is waited for.
 *
 * <p>Readers neither lock nor wait for the writer. A reader that finds all places taken, which takes more than
 * {@value #PLACE_COUNT} readers at one time, tries again until another reader leaves.
 */
public final class ReaderEpochs {
    /** Readers at one time. */
    public static final int PLACE_COUNT = 256;
    /** A place has two cache lines for itself, as the processor fetches them in pairs. */
    private static final int PLACE_DISTANCE = 16;

    private static final int ABSENT = 0;

    private final AtomicLongArray places = new AtomicLongArray(PLACE_COUNT * PLACE_DISTANCE);
    private final AtomicLong epoch = new AtomicLong(1);

    /** Announces a reader. Returns its place, for {@link #leave}. */
    public int enter() {
        int place = ((int) Thread.currentThread().getId() * 0x9e3779b1) >>> 24;
        while (true) {
            if (places.get(place * PLACE_DISTANCE) == ABSENT
                    && places.compareAndSet(place * PLACE_DISTANCE, ABSENT, epoch.get())) {
                return place;
            }
            place = (place + 1) % PLACE_COUNT;
            Thread.onSpinWait();
        }
    }

    public void leave(int place) {
        places.set(place * PLACE_DISTANCE, ABSENT);
    }

    /** Called when something has become unreachable. Returns the epoch to ask {@link #isOver} about. */
    long advance() {
        return epoch.getAndIncrement();
    }

    /** Whether every reader that may have seen what became unreachable in this epoch has left. */
    boolean isOver(long unreachableEpoch) {
        for (int place = 0; place < PLACE_COUNT; place++) {
            long announced = places.get(place * PLACE_DISTANCE);
            if (announced != ABSENT && announced <= unreachableEpoch) {
                return false;
            }
        }
        return true;
    }
}
