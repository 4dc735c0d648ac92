package io.nvmredis.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much may wait for one client: for how long its commands are still run, and when it is disconnected.
 *
 * <p>Replies beyond an allowance make the next commands wait, so that a client that reads as it writes is served at its
 * own pace and takes little memory. A client that reads only when it has written everything would wait for ever. So
 * when the client takes nothing for a moment the allowance is doubled, as far as {@link ClientMemory} has room, until
 * nothing more is to be run or the client has reached {@code client-output-buffer-limit}. When the client has taken
 * everything the allowance is what it was.
 *
 * <p>Belongs to the connection's event loop.
 */
// Futures of scheduled tasks are ignored: a task that comes too late finds the channel closed.
@SuppressWarnings("FutureReturnValueIgnored")
final class OutputWatch {
    /** Milliseconds for which a client that takes nothing still counts as reading. */
    private static final long PATIENCE_MILLIS = 50;

    /**
     * Bytes that may wait for a client that has yet to authenticate: it has errors to read, and waits until it has read
     * them.
     */
    private static final long RESTRICTED_BYTES = 16 << 10;

    private final Channel channel;
    private final EventLoop loop;
    private final ReplySender sender;
    private final ReplyQueue replies;
    private final ClientLimits limits;
    private final ClientAccount account;
    private final Runnable advance;
    /** Whether the client has yet to authenticate. */
    private final BooleanSupplier isRestricted;

    private long allowanceBytes;
    private boolean isWatching;
    /** Bytes that had not been taken when the client began to be watched. */
    private long watchedBytes;

    private final SoftLimit softLimit = new SoftLimit();
    private boolean isStrainWatched;

    OutputWatch(
            Channel channel,
            ReplySender sender,
            ClientLimits limits,
            ClientAccount account,
            Runnable advance,
            BooleanSupplier isRestricted) {
        this.isRestricted = isRestricted;
        this.channel = channel;
        this.loop = channel.eventLoop();
        this.sender = sender;
        this.replies = sender.replies();
        this.limits = limits;
        this.account = account;
        this.advance = advance;
        this.allowanceBytes = limits.allowanceBytes();
    }

    /** Tells whether another command may be run before the client takes replies. */
    boolean hasRoom() {
        long queued = replies.queuedBytes();
        return queued < allowanceBytes && (queued < RESTRICTED_BYTES || !isRestricted.getAsBoolean());
    }

    /** Returns the bytes of memory that waiting replies take, or that are promised to replies to come. */
    long memoryBytes() {
        long promised = allowanceBytes > limits.allowanceBytes() ? allowanceBytes : 0;
        return Math.max(replies.memoryBytes(), promised) + pendingBytes();
    }

    /** Returns the bytes that have been handed to the channel and not been taken by the socket. */
    long pendingBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }

    private long unsentBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        long ofFirst = pending == null ? 0 : pending.currentProgress();
        return replies.queuedBytes() + pendingBytes() - ofFirst;
    }

    /** Returns why the client has to be disconnected at once, or null. Cheap. */
    @Nullable
    String brokenLimit() {
        OutputLimits output = limits.output();
        if (output.normal().isBrokenBy(replies.queuedBytes())) {
            return told("replies", replies.queuedBytes(), "normal", output.normal());
        }
        if (output.pubsub().isBrokenBy(replies.pushedBytes())) {
            return told("messages", replies.pushedBytes(), "pubsub", output.pubsub());
        }
        return null;
    }

    static String told(String what, long bytes, String kind, OutputLimits.Limit limit) {
        return "it does not read, and " + bytes + " bytes of " + what
                + " wait for it, more than client-output-buffer-limit admits: " + kind + " " + limit;
    }

    /** Returns why the client has to be disconnected after too long over the soft limit, or null. */
    @Nullable
    String brokenSoftLimit() {
        OutputLimits output = limits.output();
        boolean ofReplies = output.normal().isStrainedBy(replies.queuedBytes());
        if (!ofReplies && !output.pubsub().isStrainedBy(replies.pushedBytes())) {
            softLimit.keep();
            return null;
        }
        OutputLimits.Limit limit = ofReplies ? output.normal() : output.pubsub();
        long left = softLimit.exceed(limit);
        if (left > 0) {
            watchStrain(left);
            return null;
        }
        return ofReplies
                ? told("replies", replies.queuedBytes(), "normal", limit)
                : told("messages", replies.pushedBytes(), "pubsub", limit);
    }

    private void watchStrain(long nanos) {
        if (!isStrainWatched) {
            isStrainWatched = true;
            loop.schedule(
                    () -> {
                        isStrainWatched = false;
                        advance.run();
                    },
                    nanos,
                    TimeUnit.NANOSECONDS);
        }
    }

    /** Restores the ordinary allowance when the client has taken everything. */
    void relax() {
        allowanceBytes = limits.allowanceBytes();
    }

    /** Begins to watch the client: there are commands to be run, and no room for their replies. */
    void watch() {
        if (!isWatching) {
            isWatching = true;
            watchedBytes = unsentBytes();
            loop.schedule(this::look, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Tells whether a look at the client is due. */
    boolean isWatching() {
        return isWatching;
    }

    private void look() {
        isWatching = false;
        // While replies wait to become durable the client cannot take them.
        boolean isStuck = channel.isOpen() && !hasRoom() && !sender.isAwaitingCommit() && unsentBytes() >= watchedBytes;
        if (isStuck && !isRestricted.getAsBoolean()) {
            grow();
        }
        advance.run();
    }

    /** Doubles the allowance, or grows it by less if there is not so much memory. */
    private void grow() {
        long wanted = Math.max(allowanceBytes, replies.queuedBytes());
        for (long more = wanted; more >= limits.allowanceBytes(); more /= 2) {
            if (account.tryGrow(more)) {
                allowanceBytes += more;
                return;
            }
        }
        account.makeRoom(limits.allowanceBytes());
    }
}
