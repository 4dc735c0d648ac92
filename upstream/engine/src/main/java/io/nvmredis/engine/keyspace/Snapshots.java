package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import io.nvmredis.engine.value.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * The snapshots under way, told of each change before it is made.
 *
 * <p>Each entry knows the number of the last snapshot that was under way when it was made or first changed: all of them
 * have what they need of it then, and the entry's further changes cost a comparison. While none is under way a change
 * costs one branch.
 *
 * <p>Guarded by the engine's lock, but for {@link #isFull}.
 */
public final class Snapshots {
    private final List<RunningSnapshot> running = new ArrayList<>();
    private boolean isActive;
    private int lastId;
    private volatile boolean isFull;
    /** Whether there is room that there was not, and nobody has been told. */
    private boolean isRoomNews;

    /** The number of the last snapshot begun. */
    int lastId() {
        return lastId;
    }

    /** Whether so much is set aside that commands that write should wait. Any thread. */
    public boolean isFull() {
        return isFull;
    }

    int nextId() {
        return ++lastId;
    }

    public void add(RunningSnapshot snapshot) {
        running.add(snapshot);
        isActive = true;
    }

    /** Nothing is set aside for this one any more. */
    void remove(RunningSnapshot snapshot) {
        running.remove(snapshot);
        isActive = !running.isEmpty();
        weigh();
    }

    /** Looks again whether too much is set aside. */
    void weigh() {
        boolean isFullNow = false;
        for (RunningSnapshot snapshot : running) {
            isFullNow |= snapshot.isFull();
        }
        isRoomNews = !isFullNow && (isFull || isRoomNews);
        isFull = isFullNow;
    }

    /** Whether there is room that there was not when this was asked last: whoever asks passes it on. */
    boolean takeRoomNews() {
        boolean wasNews = isRoomNews;
        isRoomNews = false;
        return wasNews;
    }

    /** The value of an entry is about to be changed in place, or its deadline. */
    void beforeChange(Entry entry) {
        if (isActive && entry.snapshotId != lastId) {
            tell(entry, false);
        }
    }

    /** An entry is about to lose its value, for another one or altogether. */
    void beforeLoss(Entry entry) {
        if (isActive && entry.snapshotId != lastId) {
            tell(entry, true);
        }
    }

    /** From the last one to the first: one that fails takes itself away. */
    private void tell(Entry entry, boolean isLost) {
        for (int i = running.size() - 1; i >= 0; i--) {
            running.get(i).beforeChange(entry, isLost);
        }
        entry.snapshotId = lastId;
        weigh();
    }

    /** An entry has expired and is about to be removed: whoever has not shown it need not any more. */
    void leaveOut(Entry entry) {
        if (isActive) {
            for (int i = running.size() - 1; i >= 0; i--) {
                if (running.get(i).isOwed(entry)) {
                    running.get(i).beforeChange(entry, true);
                }
            }
            entry.snapshotId = lastId;
        }
    }

    /** An entry leaves memory, and nothing about it changes otherwise. */
    void evicted(Entry entry) {
        if (isActive) {
            running.forEach(snapshot -> snapshot.evicted(entry));
        }
    }

    /**
     * All entries of a database are about to be removed.
     *
     * @return whether their keyspace is somebody else's from now on
     */
    boolean beforeClear(Database database) {
        boolean isTaken = false;
        if (isActive) {
            for (int i = running.size() - 1; i >= 0; i--) {
                isTaken |= running.get(i).beforeClear(database);
            }
        }
        return isTaken;
    }

    /** Whether a snapshot holds this very object as what some key has lost, so that no key may have it again. */
    boolean holds(RMDataStructure value) {
        if (isActive) {
            for (RunningSnapshot snapshot : running) {
                if (snapshot.holds(value)) {
                    return true;
                }
            }
        }
        return false;
    }
}
