package io.nvmredis.nvm.pmem;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Mapped file, with typed access by offset and methods that make a range durable. All numbers are little-endian.
 *
 * <p>Atomicity: {@link #putLongRelease} and {@link #getLongAcquire}, at offsets that are multiples of 8, are one access
 * of 8 bytes, which no power cut tears on the supported processors. No other access is atomic, and no record relies on
 * one that is.
 *
 * <p>Using a region after {@link #close} throws {@link IndexOutOfBoundsException}; closing it while another thread uses
 * it is a fault of the caller and may end the process.
 */
public final class PmemRegion implements AutoCloseable {
    /** Length of a page, the unit of mapping. */
    public static final int PAGE_LENGTH = 4096;

    /** Length of a cache line, the unit of write-back. */
    public static final int LINE_LENGTH = 64;

    /** Length of what some media write at once, of whatever lines in it: 256 bytes with Optane, for example. */
    public static final int BLOCK_LENGTH = 256;

    private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final ByteBuffer CLOSED = ByteBuffer.allocateDirect(0).order(ByteOrder.LITTLE_ENDIAN);

    private String path;
    private final LineFlusher flusher;
    private final long address;
    private final int length;
    private final Runnable unmap;
    private ByteBuffer buffer;
    private boolean closed;

    /**
     * Creates a region over a direct buffer.
     *
     * @param path path of the file, for messages
     * @param address address of the buffer's first byte, or 0 where the flusher does not need it
     * @param unmap releases the buffer; called once by {@link #close}
     */
    public PmemRegion(String path, ByteBuffer buffer, long address, LineFlusher flusher, Runnable unmap) {
        this.path = path;
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
        this.address = address;
        this.length = buffer.capacity();
        this.flusher = flusher;
        this.unmap = unmap;
    }

    /** Returns the path of the file, for messages. */
    public String path() {
        return path;
    }

    /** Sets the file's new path, for messages. */
    public void rename(String newPath) {
        path = newPath;
    }

    public int length() {
        return length;
    }

    /** Tells whether {@link #close} has been called. */
    boolean isClosed() {
        return closed;
    }

    /** Returns the mapped memory, for flushers, which must not change its position, limit and order. */
    ByteBuffer buffer() {
        return buffer;
    }

    long address() {
        return address;
    }

    public byte getByte(int offset) {
        return buffer.get(offset);
    }

    public int getInt(int offset) {
        return buffer.getInt(offset);
    }

    public void putInt(int offset, int value) {
        buffer.putInt(offset, value);
    }

    public long getLong(int offset) {
        return buffer.getLong(offset);
    }

    public void putLong(int offset, long value) {
        buffer.putLong(offset, value);
    }

    /** Reads 8 bytes atomically, at a multiple of 8, see the class. */
    public long getLongAcquire(int offset) {
        return (long) LONG.getAcquire(buffer, offset);
    }

    /** Stores 8 bytes atomically, at a multiple of 8, see the class. */
    public void putLongRelease(int offset, long value) {
        LONG.setRelease(buffer, offset, value);
    }

    public void getBytes(int offset, byte[] target, int targetOffset, int count) {
        buffer.get(offset, target, targetOffset, count);
    }

    public void putBytes(int offset, byte[] source, int sourceOffset, int count) {
        buffer.put(offset, source, sourceOffset, count);
    }

    /** Copies a range of another file into this one. */
    public void putBytes(int offset, PmemRegion source, int sourceOffset, int count) {
        buffer.put(offset, source.buffer, sourceOffset, count);
    }

    /**
     * Adds a range to a checksum. Copies it first: where the medium cannot be read, the copy throws, whereas the JVM's
     * code for checksums would end the process. Allocates.
     */
    public void checksum(CRC32C crc, int offset, int count) {
        checksum(crc, offset, count, new byte[Math.min(count, 64 << 10)]);
    }

    /** Adds a range to a checksum, copied to an array piece by piece. */
    public void checksum(CRC32C crc, int offset, int count, byte[] copy) {
        for (int done = 0; done < count; done += copy.length) {
            int length = Math.min(copy.length, count - done);
            buffer.get(offset + done, copy, 0, length);
            crc.update(copy, 0, length);
        }
    }

    /** Writes zeroes; they are not durable before the range is persisted. */
    public void clear(int offset, int count) {
        byte[] zeroes = new byte[Math.min(count, 64 << 10)];
        for (int done = 0; done < count; done += zeroes.length) {
            buffer.put(offset + done, zeroes, 0, Math.min(zeroes.length, count - done));
        }
    }

    /** Starts to read all of the file into memory, where it may be on a disk; does not wait for it. */
    public void readAhead() {
        readAhead(0, length);
    }

    /** Starts to read a range into memory, where the file may be on a disk; does not wait for it. */
    public void readAhead(int offset, int count) {
        flusher.readAhead(this, offset, count);
    }

    public void flush(PersistSite site, int offset, int count) {
        flusher.flush(site, this, offset, count);
    }

    /** Flushes a range of which only so many lines, in so many blocks, have changed since they were flushed. */
    public void flushChanged(PersistSite site, int offset, int count, int lineCount, int blockCount) {
        flusher.flushChanged(site, this, offset, count, lineCount, blockCount);
    }

    public void drain(PersistSite site) {
        flusher.drain(site);
    }

    /** Returns when this range is durable. */
    public void persist(PersistSite site, int offset, int count) {
        flusher.flush(site, this, offset, count);
        flusher.drain(site);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            buffer = CLOSED;
            unmap.run();
        }
    }
}
