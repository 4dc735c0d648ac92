package io.nvmredis.network;

/** The limits that hold for each client, as {@code CONFIG SET} has left them. Any thread. */
public final class ClientLimits {
    /** Replies that may wait before the commands that follow do: what a socket does not take in one go. */
    private static final long ALLOWANCE_BYTES = 1 << 20;
    /** Input that is read ahead of a command that is under way: reading is how a lost client is noticed. */
    private static final long WAITING_BYTES = 64 << 10;

    private volatile OutputLimits output;
    private volatile long queryBufferBytes;
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

    /** Memory that one command may take while it comes in, for clients to come. */
    long queryBufferBytes() {
        return queryBufferBytes;
    }

    public void queryBufferBytes(long newLimit) {
        queryBufferBytes = newLimit;
    }

    /** Replies that may wait before the client has to take some, well below what it would be disconnected for. */
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

    /** Input that may wait before no more is read. */
    long waitingBytes() {
        return waitingBytes;
    }

    /** For tests: whatever these are, every command is answered. */
    void tune(long allowance, long waiting) {
        mostAllowanceBytes = allowance;
        waitingBytes = waiting;
    }
}
