package io.nvmredis.engine.context;

import io.nvmredis.spi.effects.BufferCapacity;

/**
 * How much of the JVM's heap things may take that a client decides on, so that no command can fill it: shares of what is
 * left beside the server itself, so that what was acknowledged with a heap can be read in, replayed, sent and saved with
 * the same heap.
 *
 * <p>What a string of V bytes costs, in copies that live at one time: SET three (the argument, and the buffer that its
 * transaction is encoded into, which grows by doubling), replay and a start two (the log is mapped; an image is encoded),
 * reading it in two, GET three (upstream copies twice, and the reply is a third). Each is an array of its own in regions
 * that follow one another, which the collector does not move: with a sixteenth, servers with heaps of 64 MB to 1 GB still
 * ended while four clients wrote such strings, with half of that they do not.
 *
 * @param maxStringBytes the longest argument and the longest string
 * @param maxValueBytes what a collection may weigh in memory
 * @param maxReplyBytes what one reply may take, and what one command may read in
 * @param maxDataBytes what all data may weigh, where memory is the only place for them
 * @param dramBytes what data may weigh that are on the cold side as well, unless somebody says otherwise
 */
public record Limits(long maxStringBytes, long maxValueBytes, long maxReplyBytes, long maxDataBytes, long dramBytes) {
    private static final int STRING_PART = 32;
    private static final int VALUE_PART = 12;
    private static final int REPLY_PART = 32;
    /** So that a reply with the longest string and a little more is none too long. */
    private static final int REPLY_BYTES = 64 << 10;

    private static final int DATA_PERCENT = 40;
    /** Of all in memory that is on the cold side as well; what was changed a moment ago comes on top. */
    private static final int DRAM_PERCENT = 35;

    /** What the server takes without any data, and never more than a part of a small heap. */
    private static final long SERVER_BYTES = 24 << 20;

    private static final int MAX_SERVER_PART = 2;

    /** For a heap that may grow to so many bytes. */
    public static Limits ofHeap(long heapBytes) {
        long bytes = leftBesideServer(heapBytes);
        return new Limits(
                Math.min(bytes / STRING_PART, BufferCapacity.MAX),
                bytes / VALUE_PART,
                Math.min(bytes / REPLY_PART + REPLY_BYTES, BufferCapacity.MAX),
                bytes / 100 * DATA_PERCENT,
                bytes / 100 * DRAM_PERCENT);
    }

    /** What of a heap is there to be shared out. */
    public static long leftBesideServer(long heapBytes) {
        return heapBytes - Math.min(SERVER_BYTES, heapBytes / MAX_SERVER_PART);
    }

    /** For this JVM's heap. */
    public static Limits ofThisHeap() {
        return ofHeap(Runtime.getRuntime().maxMemory());
    }
}
