package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMBitMap;
import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.RMList;
import com.github.fppt.jedismock.datastructures.RMSet;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import com.github.fppt.jedismock.datastructures.streams.RMStream;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import java.util.List;
import java.util.Set;

/** Operations on values of any type; the only place that lists upstream's types. */
public final class Values {
    private Values() {}

    /** Returns the type that Redis gives a value. */
    public static ValueType typeOf(RMDataStructure value) {
        if (value instanceof RMList) {
            return ValueType.LIST;
        }
        if (value instanceof RMSet) {
            return ValueType.SET;
        }
        if (value instanceof RMZSet) {
            return ValueType.ZSET;
        }
        if (value instanceof RMHash) {
            return ValueType.HASH;
        }
        if (value instanceof RMStream) {
            return ValueType.STREAM;
        }
        return value instanceof ColdValue cold ? cold.type() : ValueType.STRING;
    }

    /** Tells whether a value is an empty collection, for which Redis would not keep a key. */
    public static boolean isEmptyCollection(RMDataStructure value) {
        if (value instanceof Observed observed) {
            return observed.isEmptyCollection();
        }
        if (value instanceof RMList list) {
            return list.getStoredData().isEmpty();
        }
        if (value instanceof RMSet set) {
            return set.getStoredData().isEmpty();
        }
        if (value instanceof RMHash hash) {
            return hash.sizeIncludingExpired() == 0;
        }
        return value instanceof RMZSet sortedSet && sortedSet.isEmpty();
    }

    /**
     * Replaces the value of an entry by one that records its changes, unless it is one already, and attaches it to the
     * entry.
     */
    public static void makeObserved(Entry entry) {
        if (entry.value instanceof RMString string) {
            entry.loggedLength = string.size();
            return;
        }
        Observed observed = entry.value instanceof Observed already ? already : observedCopy(entry.value);
        observed.attach(entry);
        entry.value = observed;
    }

    /**
     * Attaches a value that has just been stored to its entry; a value of upstream's is left as it is. The next command
     * of the same transaction may ask the value for data that only its key knows.
     */
    public static void attach(Entry entry) {
        if (entry.value instanceof Observed observed) {
            observed.attach(entry);
        }
    }

    /** Returns an equal value that shares nothing with this one and belongs to no key. */
    public static RMDataStructure copy(RMDataStructure value) {
        if (value instanceof RMString string) {
            return new RMString(string.getStoredData());
        }
        return value instanceof Observed observed ? observed.copy() : observedCopy(value);
    }

    private static Observed observedCopy(RMDataStructure value) {
        if (value instanceof RMList list) {
            return ObservedList.of(list.getStoredData());
        }
        if (value instanceof RMSet set) {
            return ObservedSet.of(set.getStoredData());
        }
        if (value instanceof RMZSet sortedSet) {
            return ObservedSortedSet.of(sortedSet);
        }
        if (value instanceof RMStream stream) {
            return ObservedStream.of(stream);
        }
        if (value instanceof RMBitMap bitMap) {
            return new ObservedBytes(RawBytes.of(bitMap.getAsSlice()));
        }
        if (value instanceof RMHash hash) {
            return ObservedHash.of(hash, hash.getClockSupplier());
        }
        throw unknown(value);
    }

    /** Refuses, before anything is changed, a type that could not be recorded, which an interceptor may have made. */
    public static void requireKnown(RMDataStructure value) {
        boolean isKnown = value instanceof RMString
                || value instanceof Observed
                || value instanceof RMList
                || value instanceof RMSet
                || value instanceof RMZSet
                || value instanceof RMStream
                || value instanceof RMBitMap
                || value instanceof RMHash;
        if (!isKnown) {
            throw unknown(value);
        }
    }

    /** Returns a value that must be a hash; throws the error of a wrong type if it is none. */
    public static RMHash requireHash(RMDataStructure value) {
        if (!(value instanceof RMHash)) {
            value.raiseTypeCastException();
        }
        return (RMHash) value;
    }

    private static IllegalArgumentException unknown(RMDataStructure value) {
        return new IllegalArgumentException("ERR a value of type "
                + value.getClass().getName() + " cannot be kept: its changes cannot be recorded");
    }

    /** Shows a value of any type as a neutral image. */
    public static void visit(RMDataStructure value, ValueVisitor visitor) {
        if (value instanceof RMString string) {
            visitString(RawBytes.of(string), visitor);
        } else if (value instanceof RMList list) {
            visitList(list.getStoredData(), visitor);
        } else if (value instanceof RMSet set) {
            visitSet(set.getStoredData(), visitor);
        } else if (value instanceof ObservedHash hash) {
            visitHash(hash, visitor);
        } else if (value instanceof RMZSet sortedSet) {
            visitSortedSet(sortedSet, visitor);
        } else if (value instanceof RMStream stream) {
            visitStream(stream, visitor);
        } else {
            visitString(RawBytes.of(value.getAsSlice()), visitor);
        }
    }

    private static void visitString(byte[] bytes, ValueVisitor visitor) {
        visitor.begin(ValueType.STRING, 1);
        visitor.string(bytes);
    }

    private static void visitList(List<Slice> elements, ValueVisitor visitor) {
        visitor.begin(ValueType.LIST, elements.size());
        for (Slice element : elements) {
            visitor.listElement(RawBytes.of(element));
        }
    }

    private static void visitSet(Set<Slice> members, ValueVisitor visitor) {
        visitor.begin(ValueType.SET, members.size());
        for (Slice member : members) {
            visitor.setMember(RawBytes.of(member));
        }
    }

    private static void visitHash(ObservedHash hash, ValueVisitor visitor) {
        visitor.begin(ValueType.HASH, hash.sizeIncludingExpired());
        hash.forEachField(
                (field, value) -> visitor.hashField(RawBytes.of(field), RawBytes.of(value), hash.deadlineOf(field)));
    }

    private static void visitSortedSet(RMZSet members, ValueVisitor visitor) {
        visitor.begin(ValueType.ZSET, members.size());
        for (ZSetEntry member : members.entries(false)) {
            visitor.zsetMember(RawBytes.of(member.getValue()), member.getScore());
        }
    }

    private static void visitStream(RMStream stream, ValueVisitor visitor) {
        visitor.begin(ValueType.STREAM, stream.getStoredData().size());
        new StreamParts(stream).forEachRemaining(part -> StreamParts.show(part, visitor));
    }
}
