package io.nvmredis.engine.core;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.keyspace.LibraryCodes;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.engine.script.FunctionLibrary;
import io.nvmredis.engine.script.FunctionRuntime;
import io.nvmredis.engine.script.LibraryFunction;
import io.nvmredis.engine.script.ScriptException;
import io.nvmredis.engine.script.ScriptFlags;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The libraries of functions of an engine. {@link LibraryCodes} has their code, as a part of the data set; this class
 * has the functions that the code has registered, and records each change of a library before the command that makes it
 * replies, as changes of keys are recorded.
 *
 * <p>The engine's lock guards everything but {@link #libraryCount} and {@link #functionCount}, which any thread may ask
 * for while a function holds the lock.
 */
public final class Functions {
    /** Divisor of a running function's memory for the bound on what all libraries take. */
    private static final int KEPT_SHARE = 2;

    private final LibraryCodes codes;
    private final Recorder recorder;
    private final Scripts scripts;
    private final FunctionRuntime runtime;
    private final long maxBytes;
    private final Map<String, FunctionLibrary> libraries = new LinkedHashMap<>();
    /** Functions by their names in lower case. */
    private final Map<String, Callable> functions = new HashMap<>();

    private long bytes;
    /** Version of the codes that the functions are of. */
    private int version;

    private volatile int libraryCount;
    private volatile int functionCount;

    /** What FUNCTION RESTORE does with the libraries that are there. */
    public enum Restoring {
        /** They all go. */
        FLUSH,
        /** They stay, and none of them is among those that are restored. */
        APPEND,
        /** Those with the same names are replaced. */
        REPLACE
    }

    /** A function with its library. */
    public record Callable(FunctionLibrary library, LibraryFunction function) {
        /** Tells whether the function may run commands that write. */
        public boolean mayWrite() {
            return !function.has(ScriptFlags.NO_WRITES);
        }
    }

    public Functions(LibraryCodes codes, Recorder recorder, Scripts scripts, long memoryBytes) {
        this.codes = codes;
        this.recorder = recorder;
        this.scripts = scripts;
        runtime = new FunctionRuntime(memoryBytes);
        maxBytes = memoryBytes / KEPT_SHARE;
        version = codes.version();
    }

    /**
     * Makes the functions of the libraries that have come with effects: those of a log, or those that a persister holds.
     *
     * @throws PersistenceException if one of them cannot be loaded any more; it says which
     */
    public void refresh() {
        if (version == codes.version()) {
            return;
        }
        List.copyOf(libraries.values()).forEach(this::unlink);
        for (LibraryCodes.Library each : codes.all()) {
            try {
                FunctionLibrary loaded = runtime.load(each.code(), LoadLimit.forData());
                requireFree(List.of(loaded));
                link(loaded);
            } catch (ScriptException e) {
                throw new PersistenceException(
                        "the library '" + each.name() + "' of functions cannot be loaded: " + e.error(), e);
            }
        }
        version = codes.version();
    }

    /**
     * Returns the function of this name, in upper or lower case; null if there is none. The reply of the running command
     * may reveal that it is there.
     */
    public @Nullable Callable find(byte[] name) {
        codes.observe(recorder);
        return functions.isEmpty() ? null : functions.get(Words.text(name).toLowerCase(Locale.ROOT));
    }

    /** Returns the libraries. The reply of the running command may reveal which there are. */
    public Collection<FunctionLibrary> libraries() {
        codes.observe(recorder);
        return libraries.values();
    }

    public Slice call(
            CommandSession session, Callable called, List<byte[]> command, List<byte[]> keys, List<byte[]> arguments) {
        String name = called.function().name();
        return scripts.run(
                session,
                new FunctionCall(name, command, System.nanoTime()),
                host -> runtime.call(called.library(), called.function(), keys, arguments, host, !called.mayWrite()));
    }

    /**
     * Loads a library, and returns its name.
     *
     * @throws ScriptException if it cannot be loaded; nothing has changed then
     */
    public String load(byte[] code, boolean isReplacing) throws ScriptException {
        codes.observe(recorder);
        FunctionLibrary loaded = runtime.load(code, limit());
        FunctionLibrary replaced = libraries.get(loaded.name());
        if (replaced != null && !isReplacing) {
            throw new ScriptException("ERR Library '" + loaded.name() + "' already exists");
        }
        List<FunctionLibrary> leaving = replaced == null ? List.of() : List.of(replaced);
        exchange(leaving, List.of(loaded));
        return loaded.name();
    }

    /**
     * Loads libraries, all of them or none.
     *
     * @throws ScriptException if one of them cannot be loaded; nothing has changed then
     */
    public void restore(List<byte[]> texts, Restoring restoring) throws ScriptException {
        codes.observe(recorder);
        Map<String, FunctionLibrary> loaded = new LinkedHashMap<>();
        for (byte[] text : texts) {
            FunctionLibrary library = runtime.load(text, limit());
            if (loaded.putIfAbsent(library.name(), library) != null) {
                throw new ScriptException("ERR Library '" + library.name() + "' already exists");
            }
        }
        List<FunctionLibrary> leaving = new ArrayList<>();
        for (FunctionLibrary each : libraries.values()) {
            boolean isSame = loaded.containsKey(each.name());
            if (isSame && restoring == Restoring.APPEND) {
                throw new ScriptException("ERR Library " + each.name() + " already exists");
            }
            if (isSame || restoring == Restoring.FLUSH) {
                leaving.add(each);
            }
        }
        exchange(leaving, List.copyOf(loaded.values()));
    }

    /** Returns how long a library may take; one that another server has loaded before may take any time. */
    private LoadLimit limit() {
        return recorder.replay().isOn() ? LoadLimit.forData() : LoadLimit.forClients();
    }

    /** Puts libraries in the place of others. */
    private void exchange(List<FunctionLibrary> leaving, List<FunctionLibrary> coming) throws ScriptException {
        leaving.forEach(this::unlink);
        try {
            requireFree(coming);
            requireRoom(coming);
        } catch (ScriptException e) {
            leaving.forEach(this::link);
            throw e;
        }
        // A log has the libraries loaded one after the other, and a function may go from one to another: all that leave
        // are deleted before, unless one takes the place of itself.
        boolean isOneForOne = leaving.size() == 1
                && coming.size() == 1
                && leaving.get(0).name().equals(coming.get(0).name());
        if (!isOneForOne) {
            leaving.forEach(each -> codes.delete(each.name(), recorder));
        }
        for (FunctionLibrary each : coming) {
            link(each);
            codes.load(each.name(), each.code(), recorder);
        }
        version = codes.version();
    }

    private void requireFree(List<FunctionLibrary> coming) throws ScriptException {
        Map<String, LibraryFunction> added = new HashMap<>();
        for (FunctionLibrary library : coming) {
            for (LibraryFunction function : library.functions()) {
                String name = function.name().toLowerCase(Locale.ROOT);
                LibraryFunction same = added.putIfAbsent(name, function);
                if (functions.containsKey(name)
                        || (same != null && !library.functions().contains(same))) {
                    throw new ScriptException("ERR Function " + function.name() + " already exists");
                }
            }
        }
    }

    private void requireRoom(List<FunctionLibrary> coming) throws ScriptException {
        long needed = bytes;
        for (FunctionLibrary library : coming) {
            needed += library.memoryBytes();
        }
        if (needed > maxBytes && !recorder.replay().isOn()) {
            throw new ScriptException("OOM too many libraries of functions are loaded, FUNCTION DELETE makes room");
        }
    }

    private void link(FunctionLibrary library) {
        libraries.put(library.name(), library);
        for (LibraryFunction function : library.functions()) {
            functions.putIfAbsent(function.name().toLowerCase(Locale.ROOT), new Callable(library, function));
        }
        bytes += library.memoryBytes();
        runtime.link(library);
        count();
    }

    private void unlink(FunctionLibrary library) {
        libraries.remove(library.name());
        functions.values().removeIf(callable -> callable.library() == library);
        bytes -= library.memoryBytes();
        runtime.unlink(library);
        count();
    }

    private void count() {
        libraryCount = libraries.size();
        int count = 0;
        for (FunctionLibrary library : libraries.values()) {
            count += library.functions().size();
        }
        functionCount = count;
    }

    /** Deletes a library; returns false if there is none of this name. */
    public boolean delete(String name) {
        FunctionLibrary library = libraries.get(name);
        if (library == null) {
            codes.observe(recorder);
            return false;
        }
        unlink(library);
        codes.delete(name, recorder);
        version = codes.version();
        return true;
    }

    /** Deletes all libraries. */
    public void flush() {
        if (libraries.isEmpty()) {
            codes.observe(recorder);
            return;
        }
        List.copyOf(libraries.values()).forEach(this::unlink);
        codes.flush(recorder);
        version = codes.version();
    }

    /** Returns the number of libraries. Any thread may call this. */
    public int libraryCount() {
        return libraryCount;
    }

    /** Returns the number of functions. Any thread may call this. */
    public int functionCount() {
        return functionCount;
    }

    /** Returns about how many bytes of the heap the libraries take. */
    public long memoryBytes() {
        return bytes;
    }
}
