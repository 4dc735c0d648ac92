package io.nvmredis.rdb;

import com.ning.compress.lzf.ChunkDecoder;
import com.ning.compress.lzf.LZFException;
import com.ning.compress.lzf.impl.VanillaChunkDecoder;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.effects.BufferCapacity;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.errors.ValueTooLargeException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bytes of an RDB file and trusts none of them: it knows its offset, computes the checksum of the bytes read,
 * and allocates no more than the bytes that are left, or, where their number is unknown, no more than a few times the
 * bytes that have come.
 *
 * <p>Every failure is a {@link PersistenceException} that names the file and the offset. One thread.
 */
public final class RdbInput {
    private static final int BUFFER_LENGTH = 256 << 10;
    /** Bytes allocated at first for a string of an input of unknown length. */
    private static final int STEP_LENGTH = 1 << 20;
    /** Most bytes that one byte of LZF stands for: 3 bytes stand for up to 264. */
    private static final int MAX_LZF_RATIO = 88;

    private final InputStream source;
    private final String name;
    private final long totalBytes;
    private final LoadingListener listener;
    private final ChunkDecoder decoder = new VanillaChunkDecoder();
    private final byte[] buffer;
    /** Most bytes of memory that one value may take. */
    private final long maxValueBytes;

    private int position;
    private int limit;
    /** Offset in the file of the first byte of the buffer. */
    private long bufferOffset;

    private long crc;
    /** Index in the buffer up to which {@link #crc} has been computed. */
    private int crcPosition;

    private String what = "its header";

    /**
     * Reads a source from its current place, which has offset 0.
     *
     * @param name the name of the input in messages
     * @param totalBytes bytes that the source has, or -1 if that is unknown
     */
    public RdbInput(InputStream source, String name, long totalBytes, LoadingListener listener) {
        this.source = source;
        this.name = name;
        this.totalBytes = totalBytes;
        this.listener = listener;
        buffer = new byte[BUFFER_LENGTH];
        maxValueBytes = BufferCapacity.MAX;
    }

    /**
     * Reads bytes in memory.
     *
     * @param name the name of the input in messages
     * @param maxValueBytes most bytes of memory that one value may take
     */
    RdbInput(byte[] bytes, String name, long maxValueBytes) {
        this.source = InputStream.nullInputStream();
        this.name = name;
        this.totalBytes = bytes.length;
        this.listener = LoadingListener.NONE;
        this.maxValueBytes = maxValueBytes;
        buffer = bytes;
        limit = bytes.length;
    }

    public String name() {
        return name;
    }

    /** Returns the offset of the next byte. */
    public long offset() {
        return bufferOffset + position;
    }

    /** Returns the bytes that have not been read. Nothing else can be read from this input afterwards. */
    public InputStream rest() {
        return new SequenceInputStream(new ByteArrayInputStream(buffer, position, limit - position), source);
    }

    /** Sets what is being read, for messages. */
    void reading(String newWhat) {
        what = newWhat;
    }

    /** Returns the checksum of all bytes before {@link #offset}. */
    long crc() {
        crc = Crc64.update(crc, buffer, crcPosition, position - crcPosition);
        crcPosition = position;
        return crc;
    }

    /** Returns an exception that says that the bytes found cannot be right. */
    PersistenceException corrupt(String found) {
        return corrupt(found, null);
    }

    PersistenceException corrupt(String found, @Nullable Throwable cause) {
        return new PersistenceException(
                name + " is damaged: at byte " + offset() + ", in " + what + ", stands " + found
                        + "; restore the file from a backup, or run redis-check-rdb on it",
                cause);
    }

    private PersistenceException truncated(long missing) {
        return new PersistenceException(name + " is cut off: it ends at byte " + (bufferOffset + limit) + ", in " + what
                + ", where " + missing + " more byte" + (missing == 1 ? "" : "s")
                + " should follow; restore the file from a backup");
    }

    int readByte() {
        if (position == limit) {
            fill(1);
        }
        return buffer[position++] & 0xFF;
    }

    private void fill(long missing) {
        crc();
        bufferOffset += limit;
        position = 0;
        limit = 0;
        crcPosition = 0;
        int count;
        try {
            count = source.read(buffer, 0, buffer.length);
        } catch (IOException e) {
            throw new PersistenceException(
                    name + " cannot be read at byte " + offset() + ", in " + what + ": " + e.getMessage(), e);
        }
        if (count <= 0) {
            throw truncated(missing);
        }
        limit = count;
        listener.onProgress(bufferOffset, Math.max(totalBytes, bufferOffset + count));
    }

    private void readFully(byte[] target, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (position == limit) {
                fill(end - at);
            }
            int count = Math.min(end - at, limit - position);
            System.arraycopy(buffer, position, target, at, count);
            position += count;
            at += count;
        }
    }

    void skip(long length) {
        requireLeft(length);
        long left = length;
        while (left > 0) {
            if (position == limit) {
                fill(left);
            }
            int count = (int) Math.min(left, limit - position);
            position += count;
            left -= count;
        }
    }

    private void requireLeft(long length) {
        if (length < 0) {
            throw corrupt("a length of " + Long.toUnsignedString(length) + " bytes");
        }
        if (totalBytes >= 0 && length > totalBytes - offset()) {
            throw truncated(length - (totalBytes - offset()));
        }
    }

    /**
     * Refuses things of a value that together take so many bytes of memory, before memory is allocated for them.
     *
     * @throws ValueTooLargeException if that is more than a value may take
     */
    void requireRoom(long bytes) {
        if (bytes > maxValueBytes) {
            throw new ValueTooLargeException(name + " has at byte " + offset() + ", in " + what + ", something of "
                    + bytes + " bytes, and a value may take " + maxValueBytes);
        }
    }

    byte[] readBytes(long length) {
        requireLeft(length);
        if (length > BufferCapacity.MAX) {
            throw corrupt("a string of " + length + " bytes, more than can be kept");
        }
        byte[] bytes = allocate((int) (totalBytes >= 0 ? length : Math.min(length, STEP_LENGTH)));
        readFully(bytes, 0, bytes.length);
        while (bytes.length < length) {
            int read = bytes.length;
            bytes = grown(bytes, (int) Math.min(length, Math.min(2L * read, BufferCapacity.MAX)));
            readFully(bytes, read, bytes.length - read);
        }
        return bytes;
    }

    private byte[] grown(byte[] bytes, int length) {
        byte[] copy = allocate(length);
        System.arraycopy(bytes, 0, copy, 0, bytes.length);
        return copy;
    }

    private byte[] allocate(int length) {
        try {
            return new byte[length];
        } catch (OutOfMemoryError e) {
            throw new PersistenceException(
                    name + " cannot be loaded: at byte " + offset() + ", in " + what + ", stands a string of " + length
                            + " bytes, more than the memory that is left; give the JVM a larger -Xmx",
                    e);
        }
    }

    long readLittleEndian(int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value |= (long) readByte() << (i * Byte.SIZE);
        }
        return value;
    }

    /** Reads a little-endian integer with a sign. */
    long readSigned(int width) {
        int unused = Long.SIZE - width * Byte.SIZE;
        return readLittleEndian(width) << unused >> unused;
    }

    long readBigEndian(int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = (value << Byte.SIZE) | readByte();
        }
        return value;
    }

    /** Reads an unsigned length. */
    long readLength() {
        int first = readByte();
        if (first >= RdbFormat.ENCODED) {
            throw corrupt("a string (0x" + Integer.toHexString(first) + ") where a length belongs");
        }
        return readLength(first);
    }

    private long readLength(int first) {
        if (first < RdbFormat.LENGTH_14_BITS) {
            return first;
        }
        if (first < RdbFormat.LENGTH_32_BITS) {
            return ((first & 0x3FL) << 8) | readByte();
        }
        return switch (first) {
            case RdbFormat.LENGTH_32_BITS -> readBigEndian(Integer.BYTES);
            case RdbFormat.LENGTH_64_BITS -> readBigEndian(Long.BYTES);
            default -> throw corrupt("the unknown length encoding 0x" + Integer.toHexString(first));
        };
    }

    /** Reads a count of things that follow. Memory must not be allocated for them before they have been read. */
    long readCount() {
        long count = readLength();
        if (count < 0) {
            throw corrupt("a count of " + Long.toUnsignedString(count));
        }
        return count;
    }

    byte[] readString() {
        int first = readByte();
        if (first < RdbFormat.ENCODED) {
            return readBytes(readLength(first));
        }
        return switch (first & ~RdbFormat.ENCODED) {
            case RdbFormat.ENCODED_INT8 -> decimal(readSigned(Byte.BYTES));
            case RdbFormat.ENCODED_INT16 -> decimal(readSigned(Short.BYTES));
            case RdbFormat.ENCODED_INT32 -> decimal(readSigned(Integer.BYTES));
            case RdbFormat.ENCODED_LZF -> readCompressed();
            default -> throw corrupt("the unknown string encoding 0x" + Integer.toHexString(first));
        };
    }

    static byte[] decimal(long value) {
        return Long.toString(value).getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] readCompressed() {
        long compressedLength = readLength();
        long length = readLength();
        requireLeft(compressedLength);
        if (length < 0 || length > BufferCapacity.MAX || length / MAX_LZF_RATIO > compressedLength) {
            throw corrupt("a string of " + Long.toUnsignedString(length) + " bytes compressed to " + compressedLength
                    + ", which cannot be");
        }
        requireRoom(length);
        byte[] compressed = readBytes(compressedLength);
        byte[] bytes = allocate((int) length);
        if (compressed.length == 0 || length == 0) {
            if (compressed.length != length) {
                throw corrupt("an empty compressed string");
            }
            return bytes;
        }
        try {
            decoder.decodeChunk(compressed, 0, compressed.length, bytes, 0, bytes.length);
        } catch (LZFException | IndexOutOfBoundsException e) {
            throw corrupt("a compressed string that cannot be decompressed", e);
        }
        return bytes;
    }

    void skipString() {
        int first = readByte();
        if (first < RdbFormat.ENCODED) {
            skip(readLength(first));
            return;
        }
        switch (first & ~RdbFormat.ENCODED) {
            case RdbFormat.ENCODED_INT8 -> skip(Byte.BYTES);
            case RdbFormat.ENCODED_INT16 -> skip(Short.BYTES);
            case RdbFormat.ENCODED_INT32 -> skip(Integer.BYTES);
            case RdbFormat.ENCODED_LZF -> {
                long compressedLength = readLength();
                readLength();
                skip(compressedLength);
            }
            default -> throw corrupt("the unknown string encoding 0x" + Integer.toHexString(first));
        }
    }

    boolean nextIs(byte[] expected) {
        byte[] found = readBytes(expected.length);
        return Arrays.equals(found, expected);
    }
}
