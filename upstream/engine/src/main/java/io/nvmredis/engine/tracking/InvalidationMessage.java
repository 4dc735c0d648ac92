package io.nvmredis.engine.tracking;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Message that tells a client to drop its copies of keys, or of all keys. Its forms are made when they are needed, and
 * shared by all clients that get the same message.
 */
final class InvalidationMessage {
    private static final byte[] PUSH = bytes(">2\r\n$10\r\ninvalidate\r\n");
    private static final byte[] MESSAGE = bytes("*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n");

    /** Says "all keys" to a client; the client that tracks decides of which protocol the null is, as in Redis. */
    private static final InvalidationMessage ALL_IN_RESP2 = new InvalidationMessage(bytes("$-1\r\n"));

    private static final InvalidationMessage ALL_IN_RESP3 = new InvalidationMessage(bytes("_\r\n"));

    private final byte[] keys;
    private byte @Nullable [] push;
    private byte @Nullable [] published;

    private InvalidationMessage(byte[] keys) {
        this.keys = keys;
    }

    static InvalidationMessage of(Slice key) {
        return of(List.of(key));
    }

    static InvalidationMessage of(Collection<Slice> keys) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes("*" + keys.size() + "\r\n"));
        for (Slice key : keys) {
            byte[] name = RawBytes.of(key);
            out.writeBytes(bytes("$" + name.length + "\r\n"));
            out.writeBytes(name);
            out.write('\r');
            out.write('\n');
        }
        return new InvalidationMessage(out.toByteArray());
    }

    static InvalidationMessage ofAll(boolean isResp3) {
        return isResp3 ? ALL_IN_RESP3 : ALL_IN_RESP2;
    }

    /** Returns the message for a client of RESP3, which must not be changed. */
    byte[] push() {
        byte[] made = push;
        if (made == null) {
            made = concatenated(PUSH, keys);
            push = made;
        }
        return made;
    }

    /** Returns the message for a subscriber of RESP2, which must not be changed. */
    byte[] published() {
        byte[] made = published;
        if (made == null) {
            made = concatenated(MESSAGE, keys);
            published = made;
        }
        return made;
    }

    /** Returns the message for a client of RESP3 whose messages go to a client that is gone. */
    static byte[] redirectIsBroken(long redirect) {
        return bytes(">2\r\n$21\r\ntracking-redir-broken\r\n:" + redirect + "\r\n");
    }

    private static byte[] concatenated(byte[] head, byte[] tail) {
        byte[] both = new byte[head.length + tail.length];
        System.arraycopy(head, 0, both, 0, head.length);
        System.arraycopy(tail, 0, both, head.length, tail.length);
        return both;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
