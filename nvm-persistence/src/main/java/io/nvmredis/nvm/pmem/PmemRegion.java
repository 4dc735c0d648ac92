package io.nvmredis.nvm.pmem;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * One mapped file: typed access by offset, and the way to make a range durable. All numbers are little-endian.
 *
 * <p>Atomicity: {@link #putLongRelease} and {@link #getLongAcquire}, at offsets that are multiples of 8, are one access
 * of 8 bytes, which no power cut tears on the processors we run on. Nothing else is atomic, and no record relies on it.
 *
 * <p>Using a region after {@link #close} throws {@link IndexOutOfBoundsException}; closing it while another thread uses
 * it is a fault of the caller and may end the process.
 */
public final class PmemRegion implements AutoCloseable {
    /** Unit of mapping. */
    public static final int PAGE_LENGTH = 4096;

    /** Cache line: the unit of write-back. */
    public static final int LINE_LENGTH = 64;

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
     * A region over a direct buffer.
     *
     * @param path the file, for messages
     * @param address of the buffer's first byte, or 0 where the flusher does not need it
     * @param unmap releases the buffer, run once by {@link #close}
     */
    public PmemRegion(String path, ByteBuffer buffer, long address, LineFlusher flusher, Runnable unmap) {
        this.path = path;
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
        this.address = address;
        this.length = buffer.capacity();
        this.flusher = flusher;
        this.unmap = unmap;
    }

    /** The file, as a message names it. */
    public String path() {
        return path;
    }

    /** Says that the file has another name now, for messages. */
    public void rename(String newPath) {
        path = newPath;
    }

    public int length() {
        return length;
    }

    /** Whether {@link #close} has been called. */
    boolean isClosed() {
        return closed;
    }

    /** The mapped memory, for flushers. Its position, limit and order are not theirs to change. */
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

    /** See the class: atomic, at a multiple of 8. */
    public long getLongAcquire(int offset) {
        return (long) LONG.getAcquire(buffer, offset);
    }

    /** See the class: atomic, at a multiple of 8. */
    public void putLongRelease(int offset, long value) {
        LONG.setRelease(buffer, offset, value);
    }

    public void getBytes(int offset, byte[] target, int targetOffset, int count) {
        buffer.get(offset, target, targetOffset, count);
    }

    public void putBytes(int offset, byte[] source, int sourceOffset, int count) {
        buffer.put(offset, source, sourceOffset, count);
    }

    /** Copies a range of another file. */
    public void putBytes(int offset, PmemRegion source, int sourceOffset, int count) {
        buffer.put(offset, source.buffer, sourceOffset, count);
    }

    /**
     * Adds a range to a checksum. Copies it first: where the medium cannot be read, the copy throws, and the JVM's code
     * for checksums would end the process. Allocates.
     */
    public void checksum(CRC32C crc, int offset, int count) {
        checksum(crc, offset, count, new byte[Math.min(count, 64 << 10)]);
    }

    /** The same, copied to an array piece by piece. */
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

    public void flush(PersistSite site, int offset, int count) {
        flusher.flush(site, this, offset, count);
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
