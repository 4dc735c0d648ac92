package io.nvmredis.network;

import io.nvmredis.engine.context.Feed;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a connection sends beside replies, if anything: see {@link Feed}. A part is taken when the socket has been given
 * all that came before, so that what a slow client does not take stays where it is.
 *
 * <p>Threads: the connection's event loop, except for {@link #begin}, {@link #tell} and {@link #mayLag}.
 */
final class FedBytes {
    /** The part of the heap that may wait for one client, whatever the limits say. */
    private static final int HEAP_SHARE = 8;

    private static final int PARTS_AT_A_TIME = 16;

    private final ClientLoop loop;
    private final ClientLimits limits;
    private final Runnable advance;
    private final AtomicBoolean isTold = new AtomicBoolean();
    private volatile @Nullable Feed feed;
    /** Whether the connection is gone. Guarded by this. */
    private boolean isOver;

    private final SoftLimit softLimit = new SoftLimit();
    /** Parts that have been taken without a pause. */
    private int partCount;

    /**
     * Makes a connection that sends only replies so far.
     *
     * @param advance run by the loop some time after there is more to take
     */
    FedBytes(ClientLoop loop, ClientLimits limits, Runnable advance) {
        this.loop = loop;
        this.limits = limits;
        this.advance = advance;
    }

    /** Begins to send what this feed has. Any thread. */
    void begin(Feed newFeed) {
        synchronized (this) {
            if (!isOver) {
                feed = newFeed;
            }
        }
        if (isOn()) {
            tell();
        } else {
            newFeed.closed();
        }
    }

    /** Tells whether there is a feed, so that nothing else may be sent. Any thread. */
    boolean isOn() {
        return feed != null;
    }

    /** Notes that the feed may have more. Any thread; never inside this call is anything taken. */
    void tell() {
        if (isTold.compareAndSet(false, true)) {
            loop.later(() -> {
                isTold.set(false);
                advance.run();
            });
        }
    }

    /**
     * Adds a part of the feed to what is to be sent, if the socket has been given all before. Returns whether there was
     * one; false after some parts as well, so that other clients have their turn before the next.
     */
    boolean take(ClientReplies replies) {
        Feed from = feed;
        if (from == null || !replies.isEmpty()) {
            partCount = 0;
            return false;
        }
        if (partCount == PARTS_AT_A_TIME) {
            partCount = 0;
            tell();
            return false;
        }
        byte[] part = from.next();
        if (part == null) {
            partCount = 0;
            return false;
        }
        partCount++;
        replies.addLast(part);
        return true;
    }

    /**
     * Tells whether so many bytes may wait in the feed, by {@code client-output-buffer-limit replica} and the heap.
     * Calls come one at a time.
     */
    boolean mayLag(long waitingBytes) {
        OutputLimits.Limit limit = limits.output().replica();
        if (limit.isBrokenBy(waitingBytes)
                || waitingBytes > Runtime.getRuntime().maxMemory() / HEAP_SHARE) {
            return false;
        }
        if (!limit.isStrainedBy(waitingBytes)) {
            softLimit.keep();
            return true;
        }
        return softLimit.exceed(limit) >= 0;
    }

    /** Ends the feed: the connection is gone. */
    void end() {
        Feed ended;
        synchronized (this) {
            isOver = true;
            ended = feed;
            feed = null;
        }
        if (ended != null) {
            ended.closed();
        }
    }
}
