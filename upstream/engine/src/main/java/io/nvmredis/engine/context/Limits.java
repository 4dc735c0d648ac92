package io.nvmredis.engine.context;

import io.nvmredis.spi.effects.BufferCapacity;

/**
 * Limits on the JVM's heap that a client's requests may take, so that no command can fill it. They are shares of the
 * heap that is left beside the server itself, so that what was acknowledged with a heap can be read in, replayed, sent
 * and saved with the same heap.
 *
 * <p>A string of V bytes costs copies that live at one time: SET three (the argument, and the buffer that its
 * transaction is encoded into, which grows by doubling), replay and a start two (the log is mapped; an image is
 * encoded), reading it in two, GET three (upstream copies twice, and the reply is a third). Each copy is an array of
 * its own in regions that follow one another, which the collector does not move: with a sixteenth, servers with heaps
 * of 64 MB to 1 GB still ended while four clients wrote such strings; with half of that they do not.
 *
 * @param maxStringBytes length of the longest argument and the longest string
 * @param maxValueBytes most that a collection may weigh in memory
 * @param maxReplyBytes most that one reply may take, and that one command may read in
 * @param maxDataBytes most that all data may weigh, where memory is the only place for them
 * @param dramBytes most that data in memory may weigh that are on the cold side as well, unless configured otherwise
 */
public record Limits(long maxStringBytes, long maxValueBytes, long maxReplyBytes, long maxDataBytes, long dramBytes) {
    private static final int STRING_PART = 32;
    private static final int VALUE_PART = 12;
    private static final int REPLY_PART = 32;
    private static final int TRACKING_PART = 32;
    /** Bytes on top of a reply's share, so that a reply with the longest string and a little more is not too long. */
    private static final int REPLY_BYTES = 64 << 10;

    private static final int DATA_PERCENT = 40;
    /** Share of all data in memory that are on the cold side as well; data changed a moment ago come on top. */
    private static final int DRAM_PERCENT = 35;

    /** Bytes that the server takes without any data. */
    private static final long SERVER_BYTES = 24 << 20;

    /** The server takes at most one part per this many of a small heap. */
    private static final int MAX_SERVER_PART = 2;

    /** Returns the limits for a heap that may grow to {@code heapBytes}. */
    public static Limits ofHeap(long heapBytes) {
        long bytes = leftBesideServer(heapBytes);
        return new Limits(
                Math.min(bytes / STRING_PART, BufferCapacity.MAX),
                bytes / VALUE_PART,
                Math.min(bytes / REPLY_PART + REPLY_BYTES, BufferCapacity.MAX),
                bytes / 100 * DATA_PERCENT,
                bytes / 100 * DRAM_PERCENT);
    }

    /** Returns the bytes of a heap that are left to be shared out. */
    public static long leftBesideServer(long heapBytes) {
        return heapBytes - Math.min(SERVER_BYTES, heapBytes / MAX_SERVER_PART);
    }

    /** Returns the bytes that may be taken to remember which keys clients have read. */
    public static long trackingBytes() {
        return leftBesideServer(Runtime.getRuntime().maxMemory()) / TRACKING_PART;
    }

    /** Returns the limits for this JVM's heap. */
    public static Limits ofThisHeap() {
        return ofHeap(Runtime.getRuntime().maxMemory());
    }
}
