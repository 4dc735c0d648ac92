package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.StringCompatible;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.keyspace.Database;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Pattern by which SORT finds something for an element: {@code #} is the element itself, {@code w_*} the string under
 * the key that has the element in the place of the star, {@code h_*->f} the field f of the hash under such a key.
 */
final class SortPattern {
    private final byte[] pattern;
    private final boolean isElement;
    /** Index of the star; -1 if there is none. */
    private final int star;
    /** Index behind the key's last byte. */
    private final int keyEnd;

    private final @Nullable Slice field;

    SortPattern(Slice word) {
        pattern = RawBytes.of(word);
        isElement = pattern.length == 1 && pattern[0] == '#';
        star = indexOf((byte) '*', 0);
        int arrow = arrow();
        keyEnd = arrow < 0 ? pattern.length : arrow;
        field = arrow < 0 ? null : Slice.create(Arrays.copyOfRange(pattern, arrow + 2, pattern.length));
    }

    private int indexOf(byte letter, int from) {
        for (int i = from; i < pattern.length; i++) {
            if (pattern[i] == letter) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the index of the arrow, else -1. An arrow with nothing behind it is part of the key. */
    private int arrow() {
        if (star < 0) {
            return -1;
        }
        int at = indexOf((byte) '-', star + 1);
        while (at >= 0 && !(at + 1 < pattern.length && pattern[at + 1] == '>')) {
            at = indexOf((byte) '-', at + 1);
        }
        return at + 2 < pattern.length ? at : -1;
    }

    /** Tells whether the pattern has no star, and so is the same for every element. */
    boolean isConstant() {
        return star < 0;
    }

    /** Returns what the pattern finds for an element; null if it finds nothing. */
    @Nullable
    Slice lookUp(Database database, Slice element) {
        if (isElement) {
            return element;
        }
        if (star < 0) {
            return null;
        }
        RMDataStructure value = database.getValue(key(element));
        if (field != null) {
            return value instanceof RMHash hash ? hash.get(field) : null;
        }
        return value instanceof RMString || value instanceof StringCompatible ? value.getAsSlice() : null;
    }

    private Slice key(Slice element) {
        ByteArrayOutputStream key = new ByteArrayOutputStream();
        key.write(pattern, 0, star);
        key.writeBytes(RawBytes.of(element));
        key.write(pattern, star + 1, keyEnd - star - 1);
        return Slice.create(key.toByteArray());
    }
}
