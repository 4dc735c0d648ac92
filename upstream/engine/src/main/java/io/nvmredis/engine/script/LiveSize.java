package io.nvmredis.engine.script;

import io.nvmredis.engine.bytes.HeapArrays;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.UpValue;
import org.luaj.vm2.Varargs;

/**
 * Adds up what a script can reach, each object once, as a collector would mark it. The sizes are those of a 64-bit JVM
 * with compressed references, or somewhat more.
 */
final class LiveSize {
    /** Field {@code array} of LuaJ's tables, which has room for more elements than there are. */
    private static final VarHandle ARRAY = field("array");

    /** Field {@code hash} of LuaJ's tables, which has room for more elements than there are. */
    private static final VarHandle HASH = field("hash");

    private static final int OBJECT_BYTES = 24;
    private static final int STRING_BYTES = 32;
    private static final int ARRAY_BYTES = 16;
    private static final int TABLE_BYTES = 80;
    private static final int PLACE_BYTES = 4;
    private static final int HASH_ENTRY_BYTES = 32;
    private static final int UPVALUE_BYTES = 56;
    private static final int PROTOTYPE_BYTES = 120;

    private final IdentitySet seen = new IdentitySet();
    private final Deque<Object> open = new ArrayDeque<>();
    private long bytes;

    /** Returns the number of bytes of all objects reached from the values that were added. */
    long total() {
        for (Object next = open.poll(); next != null; next = open.poll()) {
            if (next instanceof LuaTable table) {
                walk(table);
            } else if (next instanceof LuaClosure closure) {
                walk(closure);
            } else if (next instanceof Prototype prototype) {
                walk(prototype);
            } else {
                ((Holder) next).addTo(this);
            }
        }
        return bytes;
    }

    void addAll(@Nullable LuaValue[] values) {
        bytes += ARRAY_BYTES + (long) PLACE_BYTES * values.length;
        for (LuaValue value : values) {
            if (value != null) {
                add(value);
            }
        }
    }

    void addAll(Varargs values) {
        if (values instanceof LuaValue value) {
            add(value);
            return;
        }
        int count = values.isTailcall() ? 0 : values.narg();
        bytes += OBJECT_BYTES + (long) PLACE_BYTES * count;
        for (int i = 1; i <= count; i++) {
            add(values.arg(i));
        }
    }

    void add(LuaValue value) {
        if (value instanceof LuaString string) {
            add(string);
        } else if (value.type() == LuaValue.TNUMBER) {
            bytes += OBJECT_BYTES;
        } else if (value instanceof LuaTable || value instanceof LuaClosure || value instanceof Holder) {
            if (seen.add(value)) {
                open.add(value);
            }
        } else if (value instanceof LuaUserdata) {
            bytes += OBJECT_BYTES;
        }
    }

    private void add(LuaString string) {
        if (seen.add(string)) {
            bytes += STRING_BYTES;
            if (seen.add(string.m_bytes)) {
                bytes += HeapArrays.bytesOf(string.m_bytes.length);
            }
        }
    }

    private void add(Prototype prototype) {
        if (seen.add(prototype)) {
            open.add(prototype);
        }
    }

    private void walk(LuaTable table) {
        LuaValue[] array = (LuaValue[]) ARRAY.get(table);
        int hashLength = ((Object[]) HASH.get(table)).length;
        bytes += TABLE_BYTES + (long) PLACE_BYTES * hashLength;
        addAll(array);
        LuaValue metatable = table.getmetatable();
        if (metatable != null) {
            add(metatable);
        }
        LuaValue key = array.length == 0 ? LuaValue.NIL : LuaValue.valueOf(array.length);
        for (Varargs next = table.next(key); !next.arg1().isnil(); next = table.next(next.arg1())) {
            bytes += HASH_ENTRY_BYTES;
            add(next.arg1());
            add(next.arg(2));
        }
    }

    private void walk(LuaClosure closure) {
        bytes += OBJECT_BYTES + ARRAY_BYTES;
        for (UpValue upvalue : closure.upValues) {
            if (upvalue != null && seen.add(upvalue)) {
                bytes += UPVALUE_BYTES;
                add(upvalue.getValue());
            }
        }
        add(closure.p);
    }

    private void walk(Prototype prototype) {
        bytes += PROTOTYPE_BYTES + 8L * prototype.code.length;
        addAll(prototype.k);
        for (Prototype inner : prototype.p) {
            add(inner);
        }
    }

    /** An object other than a table that keeps values. */
    interface Holder {
        void addTo(LiveSize size);
    }

    private static VarHandle field(String name) {
        try {
            MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(LuaTable.class, MethodHandles.lookup());
            return lookup.unreflectVarHandle(LuaTable.class.getDeclaredField(name));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("LuaTable has no " + name + ": not the LuaJ this was built for", e);
        }
    }

    /** Set of objects by identity, not by equality. */
    private static final class IdentitySet {
        private Object[] places = new Object[1 << 10];
        private int count;

        boolean add(Object object) {
            int place = placeOf(places, object);
            if (places[place] != null) {
                return false;
            }
            places[place] = object;
            if (++count > places.length / 2) {
                grow();
            }
            return true;
        }

        private void grow() {
            Object[] larger = new Object[2 * places.length];
            for (Object each : places) {
                if (each != null) {
                    larger[placeOf(larger, each)] = each;
                }
            }
            places = larger;
        }

        @SuppressWarnings("ReferenceEquality")
        private static int placeOf(Object[] places, Object object) {
            int mask = places.length - 1;
            int hash = System.identityHashCode(object) * 0x9E3779B1;
            int place = (hash ^ (hash >>> 15)) & mask;
            while (places[place] != null && places[place] != object) {
                place = (place + 1) & mask;
            }
            return place;
        }
    }
}
