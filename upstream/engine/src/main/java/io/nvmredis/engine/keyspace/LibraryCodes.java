package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.LibraryEffects;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The libraries of functions as a part of the data set: the code of each by its name. Guarded by the engine's lock.
 *
 * <p>A command changes them by {@link #load}, {@link #delete} and {@link #flush}, which record the change, so that it is
 * in the transaction of the command and durable before the reply. Effects of a log change them by {@link #put}, {@link
 * #remove} and {@link #clear}. What the code means is no concern of this class: whoever runs the functions asks for the
 * {@link #version}.
 */
public final class LibraryCodes {
    private final Map<String, byte[]> codes = new LinkedHashMap<>();
    private int version;
    /** LSN of the last transaction that has changed a library. */
    private long changedLsn;

    /** One library. */
    public static final class Library {
        private final String name;
        private final byte[] code;

        Library(String name, byte[] code) {
            this.name = name;
            this.code = code;
        }

        public String name() {
            return name;
        }

        /** Returns the code, which nobody may change. */
        public byte[] code() {
            return code;
        }
    }

    void put(String name, byte[] code) {
        codes.put(name, code);
        version++;
    }

    void remove(String name) {
        codes.remove(name);
        version++;
    }

    /** Removes all libraries, of which others take the place: nothing is recorded. */
    public void clear() {
        codes.clear();
        version++;
    }

    /** Puts a library in, or in the place of another one of this name, and records that. */
    public void load(String name, byte[] code, Recorder recorder) {
        put(name, code);
        Effects effects = change(recorder);
        if (effects != null) {
            LibraryEffects.load(effects, Words.bytes(name), code);
        }
    }

    /** Removes a library, and records that. */
    public void delete(String name, Recorder recorder) {
        remove(name);
        Effects effects = change(recorder);
        if (effects != null) {
            LibraryEffects.delete(effects, Words.bytes(name));
        }
    }

    /** Removes all libraries, and records that. */
    public void flush(Recorder recorder) {
        clear();
        Effects effects = change(recorder);
        if (effects != null) {
            LibraryEffects.flush(effects);
        }
    }

    private @Nullable Effects change(Recorder recorder) {
        changedLsn = recorder.pendingLsn();
        return recorder.libraryChanges();
    }

    /** Notes that the running command has seen the libraries, so that its reply waits until they are durable. */
    public void observe(Recorder recorder) {
        recorder.observe(changedLsn);
    }

    /** Returns a number that is another one after each change. */
    public int version() {
        return version;
    }

    /** Returns the libraries as they are now. */
    public List<Library> all() {
        List<Library> all = new ArrayList<>(codes.size());
        codes.forEach((name, code) -> all.add(new Library(name, code)));
        return all;
    }
}
