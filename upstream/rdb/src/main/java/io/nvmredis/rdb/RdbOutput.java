package io.nvmredis.rdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Output of the bytes of an RDB file to a channel: the bytes still in memory, the number of bytes written, and their
 * checksum.
 *
 * <p>Bytes that have been written can still be replaced: they are written again into the file at the end, and the
 * checksum, which is linear, is computed from the change. One thread.
 */
final class RdbOutput {
    /** Bytes handed to the channel at once; the channel copies them into direct memory of that size. */
    private static final int WRITE_LENGTH = 256 << 10;

    private final RdbBuffer buffer = new RdbBuffer();
    private final List<Patch> patches = new ArrayList<>();
    /** Bytes that have been written to the channel. */
    private long gone;

    private long crc;
    /** Index in the buffer of the first byte that must not be written yet, or -1. */
    private int heldFrom = -1;

    /** Returns the buffer that takes the bytes. */
    RdbBuffer buffer() {
        return buffer;
    }

    /** Returns the number of bytes so far, written or in memory. */
    long position() {
        return gone + buffer.length();
    }

    /** Returns how many bytes can be written. */
    int pendingBytes() {
        return heldFrom >= 0 ? heldFrom : buffer.length();
    }

    /** Keeps bytes that are put from now on in memory until {@link #release}. */
    void hold() {
        heldFrom = buffer.length();
    }

    void release() {
        heldFrom = -1;
    }

    /** Returns the bytes that have been put, none of which has been written to a channel, and drops them. */
    byte[] take() {
        byte[] taken = Arrays.copyOf(buffer.bytes(), buffer.length());
        clear();
        return taken;
    }

    /** Drops the bytes in memory, to begin anew. */
    void clear() {
        release();
        buffer.removeFirst(buffer.length());
    }

    /** Returns the index in the buffer of the first held byte, or -1. */
    int heldFrom() {
        return heldFrom;
    }

    boolean isHeld() {
        return heldFrom >= 0;
    }

    /** Replaces bytes that have been put at an offset. */
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

    /** Writes the replaced bytes into the file, and appends the checksum. */
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

    /**
     * Replacement of bytes that have been written: their offset, the bytes there, and the bytes to be written there.
     */
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
