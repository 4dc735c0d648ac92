package io.nvmredis.network;

/**
 * What one client takes of {@link ClientMemory}.
 *
 * <p>Threads: its connection's event loop, but for messages on their way, which whoever publishes counts, and for what
 * {@link ClientMemory} asks.
 */
// One thread alone writes the bytes; the others read them.
@SuppressWarnings("NonAtomicVolatileUpdate")
public final class ClientAccount {
    private final ClientMemory memory;
    private final Runnable evict;

    /** Of them nothing is on its way. Written by the event loop. */
    private volatile long bytes;

    private volatile long inputBytes;
    private volatile long outputBytes;
    /** Messages that have not reached the event loop yet. Written under the lock of this. */
    private volatile long onTheirWayBytes;
    /** Guarded by this. */
    private boolean isClosed;
    /** Guarded by the memory. */
    private boolean isEvicted;
    /** Others have to go first. */
    private volatile boolean isExempt;

    /**
     * The account of a client that has nothing yet.
     *
     * @param evict has the client disconnected soon, to get back what it takes; any thread
     */
    ClientAccount(ClientMemory memory, Runnable evict) {
        this.memory = memory;
        this.evict = evict;
    }

    /** Takes more, before it is allocated; false if the sum does not admit it now. */
    boolean tryGrow(long more) {
        if (!memory.tryTake(more)) {
            return false;
        }
        bytes = bytes + more;
        return true;
    }

    /** Sees to it that there will be room for so much more, unless this client is the one that has to go for it. */
    void makeRoom(long more) {
        memory.makeRoom(this, more);
    }

    /** Counts what there is now in the place of what was counted before. */
    void set(long newInputBytes, long newOutputBytes) {
        long now = newInputBytes + newOutputBytes;
        long change = now - bytes;
        if (change != 0) {
            bytes = now;
            inputBytes = newInputBytes;
            outputBytes = newOutputBytes;
            memory.changed(change);
        }
    }

    /** Counts a message for the client, or counts it no more. Any thread. Returns the bytes that are on their way. */
    long onItsWay(long change) {
        long now;
        synchronized (this) {
            if (isClosed) {
                return 0;
            }
            now = onTheirWayBytes + change;
            onTheirWayBytes = now;
        }
        memory.changed(change);
        return now;
    }

    /** Any thread. */
    long totalBytes() {
        return bytes + onTheirWayBytes;
    }

    /** For requests. Any thread. */
    public long inputBytes() {
        return inputBytes;
    }

    /** For replies. Any thread. */
    public long outputBytes() {
        return outputBytes;
    }

    /** Gives everything back: the client is gone. */
    void close() {
        set(0, 0);
        long left;
        synchronized (this) {
            isClosed = true;
            left = onTheirWayBytes;
            onTheirWayBytes = 0;
        }
        memory.changed(-left);
        memory.close(this);
    }

    /** Whether others are to be disconnected first where memory is short. Any thread. */
    boolean isExempt() {
        return isExempt;
    }

    void exempt(boolean newIsExempt) {
        isExempt = newIsExempt;
    }

    /** Holds the memory's lock. */
    boolean isEvicted() {
        return isEvicted;
    }

    /** Holds the memory's lock. */
    void evict() {
        isEvicted = true;
        evict.run();
    }
}
