package io.nvmredis.network;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Decides whether a published message may be kept for a client until the client has taken it. The first message that
 * may not ends the client: it is disconnected in its own time and takes no more messages meanwhile.
 *
 * <p>Any thread.
 */
final class MessageAdmission {
    private final ClientLimits limits;
    private final ClientMemory memory;
    private final ClientAccount account;
    private final Consumer<String> giveUp;
    /** Whether a message was refused, so that the client is to be disconnected. */
    private final AtomicBoolean overrun = new AtomicBoolean();

    /**
     * Makes the admission of one client.
     *
     * @param giveUp disconnects the client soon, and is given the reason; returns at once
     */
    MessageAdmission(ClientLimits limits, ClientMemory memory, ClientAccount account, Consumer<String> giveUp) {
        this.limits = limits;
        this.memory = memory;
        this.account = account;
        this.giveUp = giveUp;
    }

    /** Tells whether a message of so many bytes may be kept; if so it is counted. */
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

    /** Takes an admitted message off the count: it has come to the client, or will not. */
    void release(int length) {
        account.onItsWay(-length);
    }
}
