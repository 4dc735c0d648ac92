package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import io.nvmredis.engine.value.Entry;
import java.util.ArrayList;
import java.util.List;

/**
 * Running snapshots, which are told of each change before it is made.
 *
 * <p>Each entry holds the number of the last snapshot that was running when the entry was made or first changed. Each
 * running snapshot has by then what it needs of the entry, so that a further change costs one comparison. A change
 * costs one branch while no snapshot is running.
 *
 * <p>Guarded by the engine's lock, except {@link #isFull}.
 */
public final class Snapshots {
    private final List<RunningSnapshot> running = new ArrayList<>();
    /** Whether a snapshot is running. */
    private boolean isActive;

    private int lastId;
    private volatile boolean isFull;
    /** Whether room has come back and {@link #takeRoomNews} has not reported it yet. */
    private boolean isRoomNews;

    /** Returns the number of the snapshot begun last. */
    int lastId() {
        return lastId;
    }

    /** Tells whether so much is set aside that commands that write should wait. Any thread. */
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

    /** Removes a snapshot, which then sets nothing aside any more. */
    void remove(RunningSnapshot snapshot) {
        running.remove(snapshot);
        isActive = !running.isEmpty();
        weigh();
    }

    /** Computes anew whether too much is set aside. */
    void weigh() {
        boolean isFullNow = false;
        for (RunningSnapshot snapshot : running) {
            isFullNow |= snapshot.isFull();
        }
        isRoomNews = !isFullNow && (isFull || isRoomNews);
        isFull = isFullNow;
    }

    /**
     * Tells whether room has come back since the last call. The caller must pass the news on, because it is told once.
     */
    boolean takeRoomNews() {
        boolean wasNews = isRoomNews;
        isRoomNews = false;
        return wasNews;
    }

    /** Tells the snapshots that a command is about to change an entry's value in place, or its deadline. */
    void beforeChange(Entry entry) {
        if (isActive && entry.snapshotId != lastId) {
            tell(entry, false);
        }
    }

    /** Tells the snapshots that an entry is about to lose its value, because it is replaced or removed. */
    void beforeLoss(Entry entry) {
        if (isActive && entry.snapshotId != lastId) {
            tell(entry, true);
        }
    }

    /** Tells each snapshot, from the last to the first, because a snapshot that fails removes itself from the list. */
    private void tell(Entry entry, boolean isLost) {
        for (int i = running.size() - 1; i >= 0; i--) {
            running.get(i).beforeChange(entry, isLost);
        }
        entry.snapshotId = lastId;
        weigh();
    }

    /**
     * Tells the snapshots that an expired entry is about to be removed. A snapshot that has not shown it yet may leave
     * it out.
     */
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

    /** Tells the snapshots that an entry is evicted, which changes nothing else of it. */
    void evicted(Entry entry) {
        if (isActive) {
            running.forEach(snapshot -> snapshot.evicted(entry));
        }
    }

    /**
     * Tells the snapshots that all entries of a database are about to be removed.
     *
     * @return whether a snapshot has taken over the keyspace of the database
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

    /**
     * Tells whether a snapshot holds this object as the value that a key has lost; such an object must not become a
     * key's value again.
     */
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
