package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.StringCompatible;
import com.github.fppt.jedismock.exception.WrongValueTypeException;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.ObservedBytes;
import org.jspecify.annotations.Nullable;

/** Strings of a database, in the form in which they are read or changed in place. Guarded by the engine's lock. */
public final class Strings {
    private final Database database;

    Strings(Database database) {
        this.database = database;
    }

    /** Returns the bytes of a string, which must not be changed, or null if there is no such key. */
    public byte @Nullable [] bytes(Slice key) {
        RMDataStructure value = database.getValue(key);
        if (value == null) {
            return null;
        }
        if (value instanceof RMString string) {
            return RawBytes.of(string);
        }
        if (!(value instanceof StringCompatible)) {
            throw new WrongValueTypeException(ErrorReplies.WRONG_TYPE);
        }
        return value instanceof ObservedBytes changing ? changing.shared() : RawBytes.of(value.getAsSlice());
    }

    /** Returns the string that {@link #bytes} has just found under a key, in the form that is changed in place. */
    public ObservedBytes inPlace(Slice key) {
        Entry entry = database.content().find(key);
        if (entry == null) {
            throw new IllegalStateException("no string has been found here");
        }
        if (entry.value instanceof ObservedBytes already) {
            return already;
        }
        ObservedBytes form = new ObservedBytes(RawBytes.of(entry.value.getAsSlice()));
        Database.detach(entry.value);
        form.attach(entry);
        entry.value = form;
        database.recorder().weighLater(entry);
        return form;
    }

    /** Returns a string as bits: the stored object, or a new one if the key does not store this form. */
    public ObservedBytes bits(Slice key) {
        if (database.getValue(key) instanceof ObservedBytes stored) {
            return stored;
        }
        byte[] bytes = bytes(key);
        return new ObservedBytes(bytes == null ? new byte[0] : bytes);
    }
}
