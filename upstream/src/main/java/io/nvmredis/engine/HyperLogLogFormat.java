package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMHyperLogLog;
import com.github.fppt.jedismock.datastructures.Slice;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A HyperLogLog as a string: a Java serialisation stream that upstream reads as its own, laid out so that elements can
 * be added at its end.
 *
 * <pre>
 *   0            P           P+2         P+6                                   length-1
 *   +------------+-----------+-----------+---------------- … ----------------+-----+
 *   | class head | 77 04     | count     | blocks: 7A, length, elements …    | 78  |
 *   +------------+-----------+-----------+---------------- … ----------------+-----+
 *   element: length (4 bytes), bytes
 * </pre>
 *
 * <p>Numbers are big-endian. {@code 77} and {@code 7A} open blocks of data with a length of one and of four bytes,
 * {@code 78} ends the object (Java Object Serialization Specification, 6.4). Where blocks end means nothing to a
 * reader, so an element may go over from one to the next.
 */
final class HyperLogLogFormat {
    private static final byte SHORT_BLOCK = 0x77;
    private static final byte LONG_BLOCK = 0x7A;
    private static final byte END = 0x78;
    private static final int LONG_BLOCK_HEAD_LENGTH = 1 + Integer.BYTES;
    /** The count's block and the end. */
    private static final int EMPTY_BODY_LENGTH = 2 + Integer.BYTES + 1;

    private static final byte[] CLASS_HEAD = classHead();

    static final int COUNT_OFFSET = CLASS_HEAD.length + 2;
    static final int END_LENGTH = 1;

    private HyperLogLogFormat() {}

    private static byte[] classHead() {
        byte[] empty = RawBytes.of(new RMHyperLogLog().getAsSlice());
        int length = empty.length - EMPTY_BODY_LENGTH;
        byte[] body = {SHORT_BLOCK, Integer.BYTES, 0, 0, 0, 0, END};
        if (!Arrays.equals(empty, length, empty.length, body, 0, body.length)) {
            throw new IllegalStateException("upstream serialises a HyperLogLog in another way than this was built for");
        }
        return Arrays.copyOf(empty, length);
    }

    static byte[] encode(Collection<Slice> elements) {
        byte[] tail = elements.isEmpty() ? new byte[] {END} : encodeTail(elements);
        return ByteBuffer.allocate(COUNT_OFFSET + Integer.BYTES + tail.length)
                .put(CLASS_HEAD)
                .put(SHORT_BLOCK)
                .put((byte) Integer.BYTES)
                .putInt(elements.size())
                .put(tail)
                .array();
    }

    static byte[] encodeCount(int count) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(count).array();
    }

    /** What takes the place of the end when these elements are added: a block of them and the end again. */
    static byte[] encodeTail(Collection<Slice> elements) {
        int length = 0;
        for (Slice element : elements) {
            length = Math.addExact(length, Integer.BYTES + element.length());
        }
        ByteBuffer tail = ByteBuffer.allocate(Math.addExact(length, LONG_BLOCK_HEAD_LENGTH + END_LENGTH));
        tail.put(LONG_BLOCK).putInt(length);
        for (Slice element : elements) {
            tail.putInt(element.length()).put(RawBytes.of(element));
        }
        return tail.put(END).array();
    }

    /** Whether a string begins as one; cheap. */
    static boolean mayBeOne(byte[] string) {
        return string.length >= CLASS_HEAD.length + EMPTY_BODY_LENGTH
                && Arrays.equals(string, 0, CLASS_HEAD.length, CLASS_HEAD, 0, CLASS_HEAD.length);
    }

    /** The HyperLogLog that a string holds; null if it is any other string. */
    static @Nullable ObservedHyperLogLog decode(byte[] string) {
        if (!mayBeOne(string)) {
            return null;
        }
        ByteBuffer data = joinBlocks(ByteBuffer.wrap(string).position(CLASS_HEAD.length));
        Set<Slice> elements = data == null ? null : readElements(data);
        if (elements == null) {
            return null;
        }
        ObservedHyperLogLog decoded = new ObservedHyperLogLog();
        decoded.addAll(elements);
        decoded.loadedFrom(string.length);
        return decoded;
    }

    private static @Nullable ByteBuffer joinBlocks(ByteBuffer stream) {
        ByteBuffer data = ByteBuffer.allocate(stream.remaining());
        while (stream.hasRemaining()) {
            byte type = stream.get();
            if (type == END) {
                return stream.hasRemaining() ? null : data.flip();
            }
            int length = readBlockLength(type, stream);
            if (length < 0 || length > stream.remaining()) {
                return null;
            }
            data.put(stream.slice().limit(length));
            stream.position(stream.position() + length);
        }
        return null;
    }

    private static int readBlockLength(byte type, ByteBuffer stream) {
        if (type == SHORT_BLOCK && stream.hasRemaining()) {
            return Byte.toUnsignedInt(stream.get());
        }
        return type == LONG_BLOCK && stream.remaining() >= Integer.BYTES ? stream.getInt() : -1;
    }

    private static @Nullable Set<Slice> readElements(ByteBuffer data) {
        if (data.remaining() < Integer.BYTES) {
            return null;
        }
        int count = data.getInt();
        Set<Slice> elements = new HashSet<>();
        for (int i = 0; i < count; i++) {
            if (data.remaining() < Integer.BYTES) {
                return null;
            }
            int length = data.getInt();
            if (length < 0 || length > data.remaining()) {
                return null;
            }
            byte[] element = new byte[length];
            data.get(element);
            elements.add(Slice.create(element));
        }
        return data.hasRemaining() ? null : elements;
    }
}
