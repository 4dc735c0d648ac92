package io.nvmredis.engine.hyperloglog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Form in which versions up to 0.1.0 of this server stored a HyperLogLog: its elements, in a stream of Java's
 * serialisation. The stream is read as plain bytes; no class is looked up and nothing is deserialised.
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
 * {@code 78} ends the object (Java Object Serialization Specification, 6.4). The ends of blocks have no meaning: an
 * element may extend over several blocks.
 */
public final class EarlierForm {
    private static final byte SHORT_BLOCK = 0x77;
    private static final byte LONG_BLOCK = 0x7A;
    private static final byte END = 0x78;

    /**
     * Head of the description of a class of that name, without fields, of serial version 1, that writes its own data.
     */
    private static final byte[] CLASS_HEAD = HexFormat.of()
            .parseHex("aced0005737200" + "36"
                    + HexFormat.of()
                            .formatHex("com.github.fppt.jedismock.datastructures.RMHyperLogLog"
                                    .getBytes(StandardCharsets.US_ASCII))
                    + "0000000000000001" + "03" + "0000" + "7870");

    private EarlierForm() {}

    /**
     * Returns, in Redis's encoding, the HyperLogLog that a string holds in the earlier form; null for any other string.
     */
    public static byte @Nullable [] converted(byte[] string) {
        if (string.length < CLASS_HEAD.length
                || !Arrays.equals(string, 0, CLASS_HEAD.length, CLASS_HEAD, 0, CLASS_HEAD.length)) {
            return null;
        }
        ByteBuffer data = joinBlocks(ByteBuffer.wrap(string).position(CLASS_HEAD.length));
        return data == null ? null : counted(data);
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

    private static byte @Nullable [] counted(ByteBuffer data) {
        if (data.remaining() < Integer.BYTES) {
            return null;
        }
        HyperLogLog counted = HyperLogLog.empty();
        counted.forgetCount();
        for (int left = data.getInt(); left > 0; left--) {
            int length = data.remaining() < Integer.BYTES ? -1 : data.getInt();
            if (length < 0 || length > data.remaining()) {
                return null;
            }
            byte[] element = new byte[length];
            data.get(element);
            counted.add(element);
        }
        return data.hasRemaining() ? null : counted.toByteArray();
    }
}
