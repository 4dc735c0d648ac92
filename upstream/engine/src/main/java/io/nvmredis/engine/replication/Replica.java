package io.nvmredis.engine.replication;

import io.nvmredis.engine.context.Feed;
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

    private final ReplicaConnection connection;
    private final ReplicaAddress address;
    private final ArrayDeque<byte[]> copy = new ArrayDeque<>();
    private long copyBytes;
    private boolean isCopied;
    private volatile ReplicationLog.@Nullable Reader reader;
    private volatile boolean isClosed;
    private volatile boolean isOnline;

    private volatile long acknowledged;
    private volatile long heardNanos = System.nanoTime();

    Replica(ReplicaConnection connection, ReplicaAddress address) {
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

    /** Tells whether the replica has its copy, and follows the stream. */
    boolean isOnline() {
        return isOnline;
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

    /** Hands over a part of the copy, or a line before it; waits until the replica has taken most of what came before. */
    void send(byte[] bytes) {
        synchronized (this) {
            await(() -> copyBytes <= AHEAD_BYTES);
            if (isClosed) {
                throw new CancellationException("the replica is gone");
            }
            copy.add(bytes);
            copyBytes += bytes.length;
        }
        connection.output().fed();
    }

    /** Waits until this is so, or the replica is gone. The caller holds this object's lock. */
    private synchronized void await(BooleanSupplier isSo) {
        try {
            while (!isClosed && !isSo.getAsBoolean()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the server is shutting down");
        }
    }

    /** Waits until all that was handed over has been taken, or the replica is gone. */
    void awaitTaken() {
        await(copy::isEmpty);
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
                notifyAll();
                return part;
            }
            if (!isCopied) {
                return null;
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

    /** Notes that the replica has said what it has: it has its copy, and all of the stream before this position. */
    void acknowledge(long position) {
        acknowledged = Math.max(acknowledged, position);
        heardNanos = System.nanoTime();
        synchronized (this) {
            isOnline |= isCopied;
        }
    }

    long acknowledged() {
        return acknowledged;
    }

    /** Returns when the replica was last heard of, by {@link System#nanoTime}. */
    long heardNanos() {
        return heardNanos;
    }
}
