package io.nvmredis.it.examples;

import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.Directories;
import io.nvmredis.spi.support.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * A file of frames, each with its length and checksum.
 *
 * <pre>
 * "EFFECTS1"  then  length (4)  CRC32C (4)  payload (length)  and so on
 * </pre>
 *
 * <p>A frame is forced to the medium before the next is written, so that a crash can have torn the last one alone: that is
 * cut, since nobody was told that it is durable. A wrong checksum before the last frame is damage, and the file is refused as
 * it is. A length that damage has made too large cannot be told from a torn frame here, and the frames behind it are cut with
 * it: a persister for real data has to tell the two apart, for example by a mark of how far was ever written.
 *
 * <p>One thread at a time.
 */
final class EffectFile implements AutoCloseable {
    /** Its name in the directory. */
    static final String NAME = "effects";

    /** What stands before the first frame. */
    static final int MAGIC_LENGTH = 8;

    private static final byte[] MAGIC = "EFFECTS1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_LENGTH = 8;

    private final Path path;
    private final FileChannel channel;
    /** Where the next frame goes. */
    private long end;

    private EffectFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Receives the payload of each frame. */
    interface FrameSink {
        void frame(byte[] payload);
    }

    /** Opens the file of a directory, or makes an empty one, and does not yet look at its frames. */
    static EffectFile open(Path directory) throws IOException {
        Path path = directory.resolve(NAME);
        FileChannel channel =
                PrivateFiles.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            EffectFile file = new EffectFile(path, channel);
            if (channel.size() == 0) {
                file.write(ByteBuffer.wrap(MAGIC));
                Directories.sync(directory);
            } else {
                file.requireMagic();
            }
            return file;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void requireMagic() throws IOException {
        byte[] found = new byte[MAGIC_LENGTH];
        readFully(ByteBuffer.wrap(found), 0);
        if (!Arrays.equals(found, MAGIC)) {
            throw new PersistenceException(
                    path + " is of an unknown format: it begins with '" + new String(found, StandardCharsets.ISO_8859_1)
                            + "', 'EFFECTS1' expected; choose another directory");
        }
    }

    /**
     * Hands over every frame, and cuts one that a crash has torn.
     *
     * @return bytes that were cut
     * @throws PersistenceException if a frame is damaged that no crash can have torn; nothing has been changed then
     */
    long readAll(FrameSink sink) throws IOException {
        end = MAGIC_LENGTH;
        long size = channel.size();
        while (end < size) {
            byte[] payload = frameAt(end, size);
            if (payload == null) {
                channel.truncate(end);
                channel.force(true);
                return size - end;
            }
            sink.frame(payload);
            end += HEADER_LENGTH + payload.length;
        }
        return 0;
    }

    /** Null if it is the torn last one. */
    private byte[] frameAt(long offset, long size) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH);
        if (size - offset < HEADER_LENGTH) {
            return null;
        }
        readFully(header, offset);
        int length = header.getInt(0);
        if (length <= 0 || length > size - offset - HEADER_LENGTH) {
            return null;
        }
        byte[] payload = new byte[length];
        readFully(ByteBuffer.wrap(payload), offset + HEADER_LENGTH);
        int expected = header.getInt(Integer.BYTES);
        int actual = checksum(payload);
        if (actual == expected) {
            return payload;
        }
        if (offset + HEADER_LENGTH + length == size) {
            return null;
        }
        throw new PersistenceException(path + " is damaged at offset " + offset + ": checksum "
                + Integer.toHexString(expected) + " expected, " + Integer.toHexString(actual)
                + " found; restore a backup of the directory");
    }

    private static int checksum(byte[] payload) {
        CRC32C sum = new CRC32C();
        sum.update(payload);
        return (int) sum.getValue();
    }

    private void readFully(ByteBuffer target, long offset) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target, offset + target.position()) < 0) {
                return;
            }
        }
    }

    /** Appends a frame; it is durable when this returns. */
    void append(byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(HEADER_LENGTH + payload.length);
        frame.putInt(payload.length).putInt(checksum(payload)).put(payload);
        write(frame.flip());
    }

    private void write(ByteBuffer bytes) throws IOException {
        long at = end;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
        channel.force(false);
        end = at;
    }

    /** Bytes that it has. */
    long length() {
        return end;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
