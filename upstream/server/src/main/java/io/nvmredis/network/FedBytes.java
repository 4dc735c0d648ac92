package io.nvmredis.network;

import io.nvmredis.engine.context.Feed;
import java.util.concurrent.TimeUnit;
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

    private final ClientLoop loop;
    private final ClientReplies replies;
    private final ClientLimits limits;
    private final Runnable advance;
    private final AtomicBoolean isTold = new AtomicBoolean();
    private volatile @Nullable Feed feed;
    /** When more began to wait than the soft limit admits, by {@link System#nanoTime}; valid if {@link #isStrained}. */
    private long strainedSinceNanos;

    private boolean isStrained;

    /**
     * Makes a connection that sends only replies so far.
     *
     * @param advance run by the loop some time after there is more to take
     */
    FedBytes(ClientLoop loop, ClientReplies replies, ClientLimits limits, Runnable advance) {
        this.loop = loop;
        this.replies = replies;
        this.limits = limits;
        this.advance = advance;
    }

    /** Begins to send what this feed has. Any thread. */
    void begin(Feed newFeed) {
        feed = newFeed;
        tell();
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

    /** Takes a part of the feed, to be sent, if the socket has been given all before. Returns whether there was one. */
    boolean take() {
        Feed from = feed;
        byte[] part = from == null || !replies.isEmpty() ? null : from.next();
        if (part == null) {
            return false;
        }
        replies.add(part);
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
            isStrained = false;
            return true;
        }
        long now = System.nanoTime();
        if (!isStrained) {
            isStrained = true;
            strainedSinceNanos = now;
        }
        return now - strainedSinceNanos <= TimeUnit.SECONDS.toNanos(limit.softSeconds());
    }

    /** Ends the feed: the connection is gone. */
    void end() {
        Feed ended = feed;
        feed = null;
        if (ended != null) {
            ended.closed();
        }
    }
}
