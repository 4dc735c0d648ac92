package io.nvmredis.rdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of an RDB file on their way to a channel: what is still in memory, how many have gone, and their checksum.
 *
 * <p>A place that has gone already can be changed all the same: the change is made in the file at the end, and the
 * checksum follows by its linearity. One thread.
 */
final class RdbOutput {
    /** Bytes handed to the channel at once; the channel copies them into direct memory of that size. */
    private static final int WRITE_LENGTH = 256 << 10;

    private final RdbBuffer buffer = new RdbBuffer();
    private final List<Patch> patches = new ArrayList<>();
    /** Bytes that have gone. */
    private long gone;

    private long crc;
    /** Index in the buffer of the first byte that must not go yet, or -1. */
    private int heldFrom = -1;

    /** Where bytes are put. */
    RdbBuffer buffer() {
        return buffer;
    }

    /** Length of all there is so far. */
    long position() {
        return gone + buffer.length();
    }

    /** Bytes that can go. */
    int pendingBytes() {
        return heldFrom >= 0 ? heldFrom : buffer.length();
    }

    /** What is put from now on stays until {@link #release}. */
    void hold() {
        heldFrom = buffer.length();
    }

    void release() {
        heldFrom = -1;
    }

    /** Where the held bytes begin in the buffer. */
    int heldFrom() {
        return heldFrom;
    }

    boolean isHeld() {
        return heldFrom >= 0;
    }

    /** Puts other bytes where these have been put. */
    void replace(long offset, byte[] before, byte[] after) {
        if (offset >= gone) {
            System.arraycopy(after, 0, buffer.bytes(), (int) (offset - gone), after.length);
        } else {
            patches.add(new Patch(offset, before, after));
        }
    }

    void drainTo(SeekableByteChannel channel) throws IOException {
        int count = pendingBytes();
        crc = Crc64.update(crc, buffer.bytes(), 0, count);
        writeFully(channel, ByteBuffer.wrap(buffer.bytes(), 0, count));
        buffer.removeFirst(count);
        gone += count;
        if (heldFrom >= 0) {
            heldFrom = 0;
        }
    }

    /** Changes what has to be changed of what has gone, and appends the checksum. */
    void finish(SeekableByteChannel channel, boolean hasChecksum) throws IOException {
        drainTo(channel);
        for (Patch patch : patches) {
            crc ^= effectOn(patch);
            channel.position(patch.offset);
            writeFully(channel, ByteBuffer.wrap(patch.after));
        }
        channel.position(gone);
        buffer.putLittleEndian(hasChecksum ? crc : 0);
        drainTo(channel);
    }

    private long effectOn(Patch patch) {
        byte[] change = new byte[patch.before.length];
        for (int i = 0; i < change.length; i++) {
            change[i] = (byte) (patch.before[i] ^ patch.after[i]);
        }
        long behind = gone - patch.offset - change.length;
        return Crc64.afterZeros(Crc64.update(0, change, 0, change.length), behind);
    }

    private static void writeFully(SeekableByteChannel channel, ByteBuffer source) throws IOException {
        int end = source.limit();
        while (source.position() < end) {
            source.limit(Math.min(end, source.position() + WRITE_LENGTH));
            while (source.hasRemaining()) {
                channel.write(source);
            }
        }
    }

    /** Bytes that have to stand at an offset, and what stands there. */
    private static final class Patch {
        final long offset;
        final byte[] before;
        final byte[] after;

        Patch(long offset, byte[] before, byte[] after) {
            this.offset = offset;
            this.before = before;
            this.after = after;
        }
    }
}
