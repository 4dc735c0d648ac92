package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMList;
import com.github.fppt.jedismock.datastructures.RMSet;
import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import com.github.fppt.jedismock.datastructures.streams.RMStream;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.ValueType;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;

/**
 * Cursor that copies a value into {@link Image}s, some elements at a time. The value must not change from the first
 * copy to the last.
 *
 * <p>Guarded by the engine's lock, unless the value does not belong to a database any more.
 */
public final class ValueCursor {
    /** Number of elements above which a value is not copied at once. */
    private static final int BIG_ELEMENTS = 1_000;

    private final RMDataStructure value;
    private final Iterator<?> elements;
    private boolean isOver;

    public ValueCursor(RMDataStructure value) {
        this.value = value;
        elements = elements(value);
    }

    private static Iterator<?> elements(RMDataStructure value) {
        if (value instanceof RMList list) {
            return list.getStoredData().iterator();
        }
        if (value instanceof RMSet set) {
            return set.getStoredData().iterator();
        }
        if (value instanceof ObservedHash hash) {
            return hash.fields();
        }
        if (value instanceof RMZSet sortedSet) {
            return sortedSet.entries(false).iterator();
        }
        if (value instanceof RMStream stream) {
            return new StreamParts(stream);
        }
        return Collections.emptyIterator();
    }

    public static boolean isBig(RMDataStructure value) {
        long pending = value instanceof ObservedStream stream ? stream.groups().pendingCount() : 0;
        return elementCount(value) + pending > BIG_ELEMENTS;
    }

    private static int elementCount(RMDataStructure value) {
        if (value instanceof RMList list) {
            return list.getStoredData().size();
        }
        if (value instanceof RMSet set) {
            return set.getStoredData().size();
        }
        if (value instanceof ObservedHash hash) {
            return hash.sizeIncludingExpired();
        }
        if (value instanceof RMZSet sortedSet) {
            return sortedSet.size();
        }
        if (value instanceof RMStream stream) {
            return stream.getStoredData().size();
        }
        return 1;
    }

    /** Returns the type of the value, which is needed before its elements. */
    public ValueType type() {
        if (value instanceof RMList) {
            return ValueType.LIST;
        }
        if (value instanceof RMSet) {
            return ValueType.SET;
        }
        if (value instanceof ObservedHash) {
            return ValueType.HASH;
        }
        if (value instanceof RMZSet) {
            return ValueType.ZSET;
        }
        return value instanceof RMStream ? ValueType.STREAM : ValueType.STRING;
    }

    /** Returns the number of elements, as {@link io.nvmredis.spi.ValueVisitor#begin} gets it. */
    public int count() {
        return type() == ValueType.STRING ? 1 : elementCount(value);
    }

    /** Copies all remaining elements. */
    public void copyRest(Image image) {
        copy(Integer.MAX_VALUE, image);
    }

    /** Copies up to this many of the remaining elements. */
    public void copy(int wanted, Image image) {
        int copied = 0;
        while (copied < wanted && elements.hasNext()) {
            copyElement(elements.next(), image);
            copied++;
        }
        if (!elements.hasNext() && !isOver) {
            isOver = true;
            copyEnd(image);
        }
    }

    /** Tells whether the whole value has been copied. */
    public boolean isOver() {
        return isOver;
    }

    private void copyElement(Object element, Image image) {
        if (value instanceof RMList) {
            image.listElement(RawBytes.of((Slice) element));
        } else if (value instanceof RMSet) {
            image.setMember(RawBytes.of((Slice) element));
        } else if (value instanceof ObservedHash hash) {
            Slice field = (Slice) ((Map.Entry<?, ?>) element).getKey();
            Slice content = (Slice) ((Map.Entry<?, ?>) element).getValue();
            image.hashField(RawBytes.of(field), RawBytes.of(content), hash.deadlineOf(field));
        } else if (value instanceof RMZSet) {
            ZSetEntry member = (ZSetEntry) element;
            image.zsetMember(RawBytes.of(member.getValue()), member.getScore());
        } else {
            StreamParts.show(element, image);
        }
    }

    private void copyEnd(Image image) {
        if (type() == ValueType.STRING) {
            Values.visit(value, image);
        }
    }
}
