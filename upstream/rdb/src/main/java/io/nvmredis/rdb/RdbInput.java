package io.nvmredis.rdb;

import com.ning.compress.lzf.ChunkDecoder;
import com.ning.compress.lzf.LZFException;
import com.ning.compress.lzf.impl.VanillaChunkDecoder;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.effects.BufferCapacity;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an RDB file, none of which is trusted: it knows where it is, computes the checksum of what has been read,
 * and allocates no more than there are bytes left, or, where nobody knows how many there are, no more than have come.
 *
 * <p>Every failure is a {@link PersistenceException} that names the file and the offset. One thread.
 */
public final class RdbInput {
    private static final int BUFFER_LENGTH = 256 << 10;
    /** What is read at once of a string of which nobody knows whether it is there whole. */
    private static final int STEP_LENGTH = 1 << 20;
    /** The longest array there is. */
    /** Three bytes of LZF stand for up to 264. */
    private static final int MAX_LZF_RATIO = 88;

    private final InputStream source;
    private final String name;
    private final long totalBytes;
    private final LoadingListener listener;
    private final ChunkDecoder decoder = new VanillaChunkDecoder();
    private final byte[] buffer = new byte[BUFFER_LENGTH];
    private int position;
    private int limit;
    /** Offset in the file of the first byte of the buffer. */
    private long bufferOffset;

    private long crc;
    /** The checksum contains what is before this. */
    private int crcPosition;

    private String what = "its header";

    /**
     * The bytes of a source from where it stands, which is called offset 0.
     *
     * @param name what to call it in messages
     * @param totalBytes bytes there are, or -1 if that is unknown
     */
    public RdbInput(InputStream source, String name, long totalBytes, LoadingListener listener) {
        this.source = source;
        this.name = name;
        this.totalBytes = totalBytes;
        this.listener = listener;
    }

    public String name() {
        return name;
    }

    /** Offset of the next byte. */
    public long offset() {
        return bufferOffset + position;
    }

    /** What has not been read. Nothing else can be read from here afterwards. */
    public InputStream rest() {
        return new SequenceInputStream(new ByteArrayInputStream(buffer, position, limit - position), source);
    }

    /** Says what is being read, for messages. */
    void reading(String newWhat) {
        what = newWhat;
    }

    /** The checksum of everything before {@link #offset}. */
    long crc() {
        crc = Crc64.update(crc, buffer, crcPosition, position - crcPosition);
        crcPosition = position;
        return crc;
    }

    /** What stands there cannot be. */
    PersistenceException corrupt(String found) {
        return corrupt(found, null);
    }

    PersistenceException corrupt(String found, @Nullable Throwable cause) {
        return new PersistenceException(
                name + " is damaged: at byte " + offset() + ", in " + what + ", stands " + found
                        + "; restore the file from a backup, or see what redis-check-rdb says of it",
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
                            + " bytes, and there is not so much memory left; give the JVM a larger -Xmx",
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

    /** A little-endian integer with a sign. */
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

    /** A length, unsigned. */
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

    /** How many things follow. Nothing should be allocated for them before they are there. */
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
