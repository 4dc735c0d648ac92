package io.nvmredis.network;

/**
 * What one event loop has read from its sockets and handed to them. The loop counts; other threads may read figures of
 * a moment ago.
 */
final class Traffic {
    private long reads;
    private long readBytes;
    private long writes;
    private long writtenBytes;

    void read(int bytes) {
        reads++;
        readBytes += bytes;
    }

    void written(long bytes) {
        writes++;
        writtenBytes += bytes;
    }

    /** Adds these figures to others. */
    void addTo(Traffic sum) {
        sum.reads += reads;
        sum.readBytes += readBytes;
        sum.writes += writes;
        sum.writtenBytes += writtenBytes;
    }

    long reads() {
        return reads;
    }

    long readBytes() {
        return readBytes;
    }

    long writes() {
        return writes;
    }

    long writtenBytes() {
        return writtenBytes;
    }
}
