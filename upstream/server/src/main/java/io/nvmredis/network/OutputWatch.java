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
 * own pace and takes little memory. A client that reads only when it has written all would wait for ever. So when the
 * client takes nothing for a moment the allowance is doubled, as far as {@link ClientMemory} has room, until there is
 * nothing more to run or the client has reached {@code client-output-buffer-limit}. When it has taken everything the
 * allowance is what it was.
 *
 * <p>Belongs to the connection's event loop.
 */
// Tasks that are scheduled are not looked at again: they find the channel closed if they come too late.
@SuppressWarnings("FutureReturnValueIgnored")
final class OutputWatch {
    /** How long a client that takes nothing is taken for one that is reading. */
    private static final long PATIENCE_MILLIS = 50;

    /** What may wait for a client that has not said who it is: it has errors to read, and waits until it has read them. */
    private static final long RESTRICTED_BYTES = 16 << 10;

    private final Channel channel;
    private final EventLoop loop;
    private final ReplySender sender;
    private final ReplyQueue replies;
    private final ClientLimits limits;
    private final ClientAccount account;
    private final Runnable advance;
    /** Whether the client has yet to say who it is. */
    private final BooleanSupplier isRestricted;

    private long allowanceBytes;
    private boolean isWatching;
    /** What had not been taken when the client began to be watched. */
    private long watchedBytes;
    /** Since when more waits than the soft limit admits, by {@link System#nanoTime}; meaningless if it does not. */
    private long strainedSinceNanos;

    private boolean isStrained;
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

    /** Whether another command may be run before the client takes something. */
    boolean hasRoom() {
        long queued = replies.queuedBytes();
        return queued < allowanceBytes && (queued < RESTRICTED_BYTES || !isRestricted.getAsBoolean());
    }

    /** Memory that waits for the client, or has been promised to what will. */
    long memoryBytes() {
        long promised = allowanceBytes > limits.allowanceBytes() ? allowanceBytes : 0;
        return Math.max(replies.memoryBytes(), promised) + pendingBytes();
    }

    /** What has been handed to the channel and not taken by the socket. */
    long pendingBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }

    private long unsentBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        long ofFirst = pending == null ? 0 : pending.currentProgress();
        return replies.queuedBytes() + pendingBytes() - ofFirst;
    }

    /** Why the client has to be disconnected at once, or null. Cheap. */
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

    /** Why the client has to be disconnected because it has been over the soft limit for too long, or null. */
    @Nullable
    String brokenSoftLimit() {
        OutputLimits output = limits.output();
        boolean ofReplies = output.normal().isStrainedBy(replies.queuedBytes());
        if (!ofReplies && !output.pubsub().isStrainedBy(replies.pushedBytes())) {
            isStrained = false;
            return null;
        }
        long now = System.nanoTime();
        if (!isStrained) {
            isStrained = true;
            strainedSinceNanos = now;
        }
        OutputLimits.Limit limit = ofReplies ? output.normal() : output.pubsub();
        long left = strainedSinceNanos + TimeUnit.SECONDS.toNanos(limit.softSeconds()) - now;
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

    /** All has been taken: the next commands have the ordinary allowance. */
    void relax() {
        allowanceBytes = limits.allowanceBytes();
    }

    /** There are commands to be run, and no room for their replies. */
    void watch() {
        if (!isWatching) {
            isWatching = true;
            watchedBytes = unsentBytes();
            loop.schedule(this::look, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Whether somebody will look whether the client takes something. */
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

    /** By as much as there is now, or less if there is not so much room. */
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
