package io.nvmredis.network;

/** Limits of each client, as {@code CONFIG SET} has left them. Any thread. */
public final class ClientLimits {
    /** Bytes of replies that may wait before the next commands do: what a socket does not take in one go. */
    private static final long ALLOWANCE_BYTES = 1 << 20;
    /** Bytes of input that are read behind a command under way: a lost client is noticed by reading. */
    private static final long WAITING_BYTES = 64 << 10;

    private volatile OutputLimits output;
    private volatile long queryBufferBytes;
    private volatile int idleSeconds;
    private volatile int keepAliveSeconds;
    private volatile long mostAllowanceBytes = ALLOWANCE_BYTES;
    private volatile long waitingBytes = WAITING_BYTES;

    public ClientLimits(OutputLimits output, long queryBufferBytes) {
        this.output = output;
        this.queryBufferBytes = queryBufferBytes;
    }

    public OutputLimits output() {
        return output;
    }

    public void output(OutputLimits newLimits) {
        output = newLimits;
    }

    /** Returns the bytes that one command may take while it comes in; a change holds for clients to come. */
    long queryBufferBytes() {
        return queryBufferBytes;
    }

    public void queryBufferBytes(long newLimit) {
        queryBufferBytes = newLimit;
    }

    /** Returns the seconds after which a client that does nothing is disconnected; 0: never. */
    int idleSeconds() {
        return idleSeconds;
    }

    public void idleSeconds(int newLimit) {
        idleSeconds = newLimit;
    }

    /** Returns the seconds after which the system asks whether a silent client is there, for clients to come. */
    int keepAliveSeconds() {
        return keepAliveSeconds;
    }

    public void keepAliveSeconds(int newSeconds) {
        keepAliveSeconds = newSeconds;
    }

    /**
     * Returns the bytes of replies that may wait before the client has to take some: at most half of the limits at
     * which it is disconnected.
     */
    long allowanceBytes() {
        OutputLimits.Limit normal = output.normal();
        long allowance = mostAllowanceBytes;
        if (normal.hardBytes() > 0) {
            allowance = Math.min(allowance, Math.max(1, normal.hardBytes() / 2));
        }
        if (normal.softBytes() > 0) {
            allowance = Math.min(allowance, Math.max(1, normal.softBytes() / 2));
        }
        return allowance;
    }

    /** Returns the bytes of input that may wait before no more is read. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** Sets the allowances for tests: whatever they are, every command is answered. */
    void tune(long allowance, long waiting) {
        mostAllowanceBytes = allowance;
        waitingBytes = waiting;
    }
}
