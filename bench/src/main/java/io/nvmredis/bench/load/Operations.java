package io.nvmredis.bench.load;

import java.nio.ByteBuffer;

/** Chooses what is asked next. An operation is one command, or several that make one transaction. */
public interface Operations {

    /**
     * Writes one.
     *
     * @return bytes of it that the server has to keep: keys and values that it sets
     */
    int next(ByteBuffer buffer);

    /** Bytes of the largest. */
    int largestLength();

    /** Replies that each gets. */
    default int replyCount() {
        return 1;
    }
}
