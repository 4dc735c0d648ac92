package io.nvmredis.network;

/**
 * Account of the memory that one client takes of {@link ClientMemory}.
 *
 * <p>Threads: the connection's event loop writes it. Threads that publish count messages on their way, and any thread
 * reads on behalf of {@link ClientMemory}.
 */
// The event loop alone writes the byte counts; other threads read them.
@SuppressWarnings("NonAtomicVolatileUpdate")
public final class ClientAccount {
    private final ClientMemory memory;
    private final Runnable evict;

    /** Bytes taken, without messages on their way. Written by the event loop. */
    private volatile long bytes;

    private volatile long inputBytes;
    private volatile long outputBytes;
    /** Bytes of messages that have not reached the event loop yet. Written under this object's lock. */
    private volatile long onTheirWayBytes;
    /** Whether the client is gone. Guarded by this. */
    private boolean isClosed;
    /** Whether the client has been told to go. Guarded by the lock of {@link ClientMemory}. */
    private boolean isEvicted;
    /** Whether other clients have to go first. */
    private volatile boolean isExempt;

    private volatile boolean isGreeting;

    /** Who has to go before others when memory is short, in this order. */
    enum Standing {
        GREETING,
        SERVED,
        EXEMPT
    }

    /**
     * Makes the account of a client that takes nothing yet.
     *
     * @param evict disconnects the client soon, to get back what it takes; any thread runs it
     */
    ClientAccount(ClientMemory memory, Runnable evict) {
        this.memory = memory;
        this.evict = evict;
    }

    /** Takes bytes before they are allocated. Returns false if the sum does not admit them now. */
    boolean tryGrow(long more) {
        if (!memory.tryTake(more)) {
            return false;
        }
        bytes = bytes + more;
        return true;
    }

    /** Evicts clients until there is room for so many more bytes; this client may be the one that has to go. */
    void makeRoom(long more) {
        memory.makeRoom(this, more);
    }

    /** Replaces the counted bytes by what the client takes now. */
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

    /** Counts a message for the client, or takes it off the count. Any thread. Returns the bytes on their way. */
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

    /** Returns all bytes that the client takes, with messages on their way. Any thread. */
    long totalBytes() {
        return bytes + onTheirWayBytes;
    }

    /** Returns the bytes of requests. Any thread. */
    public long inputBytes() {
        return inputBytes;
    }

    /** Returns the bytes of replies. Any thread. */
    public long outputBytes() {
        return outputBytes;
    }

    /** Gives everything back when the client is gone. */
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

    /** Says whether the client has been accepted and is not served yet. */
    void greets(boolean isNow) {
        isGreeting = isNow;
    }

    /** Returns who has to go before others. Any thread. */
    Standing standing() {
        if (isExempt) {
            return Standing.EXEMPT;
        }
        return isGreeting ? Standing.GREETING : Standing.SERVED;
    }

    void exempt(boolean newIsExempt) {
        isExempt = newIsExempt;
    }

    /** Tells whether the client has been told to go. The caller holds the memory's lock. */
    boolean isEvicted() {
        return isEvicted;
    }

    /** Tells the client to go. The caller holds the memory's lock. */
    void evict() {
        isEvicted = true;
        evict.run();
    }
}
