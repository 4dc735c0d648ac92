package io.nvmredis.engine.replication;

import io.nvmredis.engine.context.Feed;
import io.nvmredis.engine.replication.ReplicaState.Phase;
import java.util.ArrayDeque;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One replica: what is still to be sent to it, and how far it has come. It is sent a copy of the data set, or nothing
 * of that if it was away for a short time, and then the stream of commands from the moment of the copy on.
 *
 * <p>Threads: the copy is handed over by one thread, which waits for the replica to take it; the replica's event loop
 * takes what is to be sent; the rest is guarded by the engine's lock.
 */
final class Replica implements Feed {
    /** Bytes of the copy that may wait here for the event loop. */
    private static final int AHEAD_BYTES = 1 << 20;

    private static final long LOOK_MILLIS = 1_000;
    /** Parts that a replica must take for more patience; one that takes less keeps others from their copies. */
    private static final int PARTS_FOR_PATIENCE = 16;

    private final ReplicaConnection connection;
    private final ReplicaAddress address;
    private final boolean knowsHistories;
    private final ArrayDeque<byte[]> copy = new ArrayDeque<>();
    private long copyBytes;
    /** Number of parts of the copy that have been taken. */
    private long takenCount;

    private boolean isCopied;
    private volatile ReplicationLog.@Nullable Reader reader;
    private volatile boolean isClosed;
    private volatile Phase phase = Phase.WAIT_BGSAVE;

    private volatile long acknowledged;
    private volatile long heardNanos = System.nanoTime();

    /**
     * Makes a replica that has nothing yet.
     *
     * @param knowsHistories whether it is told the history's name, and says how far it is
     */
    Replica(ReplicaConnection connection, ReplicaAddress address, boolean knowsHistories) {
        this.knowsHistories = knowsHistories;
        this.connection = connection;
        this.address = address;
    }

    ReplicaConnection connection() {
        return connection;
    }

    ReplicaAddress address() {
        return address;
    }

    boolean isClosed() {
        return isClosed;
    }

    boolean knowsHistories() {
        return knowsHistories;
    }

    Phase phase() {
        return phase;
    }

    /** Tells whether the replica has its copy, and follows the stream. */
    boolean isOnline() {
        return phase == Phase.ONLINE;
    }

    /** Tells whether a replica that should say how far it is has not done so for too long. */
    boolean isSilent(long nowNanos, long patienceNanos) {
        return isOnline() && knowsHistories && nowNanos - heardNanos > patienceNanos;
    }

    /** Sets from where on the replica follows the stream, when it has what comes before. */
    void follow(ReplicationLog.@Nullable Reader newReader) {
        reader = newReader;
    }

    /** Tells whether the replica needs the stream from some position on. */
    boolean isFollowing() {
        return reader != null && !isClosed;
    }

    /** Returns the bytes of the stream that the replica has not been sent. */
    long waitingBytes(ReplicationLog log) {
        ReplicationLog.Reader following = reader;
        return following == null ? 0 : log.end() - following.position();
    }

    /** Notes that the copy has been made. */
    void copyBegins() {
        phase = Phase.SEND_BULK;
    }

    /**
     * Hands over a part of the copy, or a line before it; waits until the replica has taken most of what came before.
     *
     * @throws CancellationException if the replica is gone, or takes nothing for this time
     */
    void send(byte[] bytes, long patienceNanos) {
        synchronized (this) {
            await(() -> copyBytes <= AHEAD_BYTES, patienceNanos);
            if (isClosed) {
                throw new CancellationException("the replica is gone");
            }
            copy.add(bytes);
            copyBytes += bytes.length;
        }
        connection.output().fed();
    }

    /** Waits until this is so, or the replica is gone. The caller holds this object's lock. */
    private synchronized void await(BooleanSupplier isSo, long patienceNanos) {
        long before = takenCount;
        long sinceNanos = System.nanoTime();
        try {
            while (!isClosed && !isSo.getAsBoolean()) {
                wait(LOOK_MILLIS);
                long now = System.nanoTime();
                if (takenCount - before >= PARTS_FOR_PATIENCE) {
                    before = takenCount;
                    sinceNanos = now;
                } else if (now - sinceNanos > patienceNanos) {
                    throw new CancellationException("it takes nothing");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the server is shutting down");
        }
    }

    /** Waits until all that was handed over has been taken, or the replica is gone. */
    void awaitTaken(long patienceNanos) {
        await(copy::isEmpty, patienceNanos);
    }

    /** Notes that the copy is complete: the stream follows. */
    void endCopy() {
        synchronized (this) {
            isCopied = true;
        }
        connection.output().fed();
    }

    @Override
    public byte @Nullable [] next() {
        synchronized (this) {
            byte[] part = copy.poll();
            if (part != null) {
                copyBytes -= part.length;
                takenCount++;
                notifyAll();
                return part;
            }
            if (!isCopied) {
                return null;
            }
            if (phase != Phase.ONLINE) {
                heardNanos = System.nanoTime();
                phase = Phase.ONLINE;
            }
        }
        ReplicationLog.Reader following = reader;
        return following == null ? null : following.next();
    }

    @Override
    public synchronized void closed() {
        isClosed = true;
        copy.clear();
        reader = null;
        notifyAll();
    }

    /** Notes that the replica has said that it has all of the stream before this position. */
    void acknowledge(long position) {
        acknowledged = Math.max(acknowledged, position);
        heard();
    }

    /** Notes that the replica has said something, or has not been listened to. */
    void heard() {
        heardNanos = System.nanoTime();
    }

    long acknowledged() {
        return acknowledged;
    }

    /** Returns when the replica was last heard of, by {@link System#nanoTime}. */
    long heardNanos() {
        return heardNanos;
    }
}
