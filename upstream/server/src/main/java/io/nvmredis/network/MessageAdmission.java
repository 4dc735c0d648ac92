package io.nvmredis.network;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Decides whether a message that somebody publishes may be kept for a client until it has taken it. The first that may not
 * ends the client, which is disconnected in its own time and takes no more meanwhile.
 *
 * <p>Any thread.
 */
final class MessageAdmission {
    private final ClientLimits limits;
    private final ClientMemory memory;
    private final ClientAccount account;
    private final Consumer<String> giveUp;
    /** More messages came than may wait for the client. */
    private final AtomicBoolean overrun = new AtomicBoolean();

    /**
     * The admission of one client.
     *
     * @param giveUp has the client disconnected soon, and says why; returns at once
     */
    MessageAdmission(ClientLimits limits, ClientMemory memory, ClientAccount account, Consumer<String> giveUp) {
        this.limits = limits;
        this.memory = memory;
        this.account = account;
        this.giveUp = giveUp;
    }

    /** Whether a message of so many bytes may be kept; it is counted then. */
    boolean admits(int length) {
        if (overrun.get()) {
            return false;
        }
        long onTheirWay = account.onItsWay(length);
        OutputLimits.Limit limit = limits.output().pubsub();
        if (limit.isBrokenBy(onTheirWay)) {
            overrun(OutputWatch.told("messages", onTheirWay, "pubsub", limit));
        } else if (memory.isFarOver()) {
            overrun("a message came for it, and all clients together take more than maxmemory-clients admits, "
                    + memory.limit() + " bytes");
        } else {
            return true;
        }
        account.onItsWay(-length);
        return false;
    }

    private void overrun(String why) {
        if (overrun.compareAndSet(false, true)) {
            giveUp.accept(why);
        }
    }

    /** Counts a message that was admitted no longer: it has come to the client, or will not. */
    void release(int length) {
        account.onItsWay(-length);
    }
}
