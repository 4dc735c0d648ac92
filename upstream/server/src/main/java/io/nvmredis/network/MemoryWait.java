package io.nvmredis.network;

/**
 * Holds the next command of one client until all clients together take less than they may. Belongs to the connection's
 * event loop.
 */
final class MemoryWait {
    private final ClientMemory memory;
    private final ClientAccount account;
    private final ClientLoop loop;
    private final Runnable advance;
    /** Kept as one object, so that it can be withdrawn. Any thread runs it. */
    private final Runnable onMemory = this::tell;

    private boolean isWaiting;

    /**
     * Makes the wait of the client that has this account.
     *
     * @param advance run when there may be memory
     */
    MemoryWait(ClientMemory memory, ClientAccount account, ClientLoop loop, Runnable advance) {
        this.memory = memory;
        this.account = account;
        this.loop = loop;
        this.advance = advance;
    }

    /** Begins to wait: {@code advance} is run when the client can have so many bytes more. */
    void begin(long more) {
        if (!isWaiting) {
            isWaiting = true;
            memory.await(account, more, onMemory);
        }
    }

    private void tell() {
        loop.later(this::retry);
    }

    private void retry() {
        isWaiting = false;
        advance.run();
    }

    /** Tells whether {@code advance} will be run. */
    boolean isWaiting() {
        return isWaiting;
    }

    /** Stops waiting when the client is gone. */
    void end() {
        memory.forget(onMemory);
    }
}
