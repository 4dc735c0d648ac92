package io.nvmredis.engine.script;

import java.util.List;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Prototype;

/**
 * Loads libraries of functions and calls their functions, within the bounds that {@link ScriptRuntime} describes. What a
 * library's functions share stays from call to call, as long as the library is loaded; {@link LibraryHeap} bounds it.
 */
public final class FunctionRuntime {
    private static final LuaString CHUNK = LuaValue.valueOf("@user_function");
    private static final String COMPILING = "ERR Error compiling function: ";
    private static final String REGISTERING = "ERR Error registering functions: ";

    private final long memoryBytes;
    private final LibraryHeap heap = new LibraryHeap();

    /** Makes a runtime with so many bytes of memory for the running function and all that libraries keep. */
    public FunctionRuntime(long memoryBytes) {
        this.memoryBytes = memoryBytes;
    }

    /**
     * Loads a library: runs its code, which registers its functions.
     *
     * @param host {@link ScriptHost#isToEnd} says when this takes too long
     * @throws ScriptException if there is no valid library in the text
     */
    public FunctionLibrary load(byte[] code, ScriptHost host) throws ScriptException {
        LibraryHeader header = LibraryHeader.of(code);
        Prototype prototype = compile(code, header.length());
        Registration registration = new Registration();
        LibraryGlobals table = new LibraryGlobals(registration);
        Globals globals = Libraries.newGlobals();
        Libraries.install();
        ScriptRun run = new ScriptRun(host, true, table, globals, heap, memoryBytes);
        ScriptRun.makeCurrent(run);
        try {
            register(run, prototype);
        } finally {
            table.loaded();
            run.end();
        }
        if (registration.functions().isEmpty()) {
            throw new ScriptException("ERR No functions registered");
        }
        return new FunctionLibrary(header.name(), code, registration.functions(), table, globals);
    }

    private Prototype compile(byte[] code, int from) throws ScriptException {
        if (ScriptCompiler.memoryFor(code.length) > memoryBytes) {
            throw new ScriptException(COMPILING + "not enough memory");
        }
        try {
            return ScriptCompiler.compile(LuaString.valueUsing(code, from, code.length - from), CHUNK);
        } catch (ScriptCompiler.SyntaxException e) {
            throw new ScriptException(ScriptRuntime.inOneLine(COMPILING + e.text()));
        }
    }

    private static void register(ScriptRun run, Prototype prototype) throws ScriptException {
        try {
            run.memory().enterThread();
            run.guarded(() -> run.closure(prototype).call());
        } catch (ScriptError e) {
            throw new ScriptException(ScriptRuntime.inOneLine(REGISTERING + message(run, e)));
        } catch (ScriptEnded e) {
            throw new ScriptException(REGISTERING + "ERR FUNCTION LOAD timeout");
        } catch (StackOverflowError e) {
            throw new ScriptException(REGISTERING + "ERR stack overflow");
        } catch (OutOfMemoryError e) {
            throw new ScriptException(REGISTERING + ScriptRuntime.NO_MEMORY);
        }
    }

    private static String message(ScriptRun run, ScriptError error) {
        try {
            return run.guarded(() -> ScriptRuntime.message(run, error));
        } catch (ScriptError inMessage) {
            return ScriptRuntime.NO_MEMORY;
        }
    }

    /** Counts what a library keeps from now on. */
    public void link(FunctionLibrary library) {
        heap.add(library);
    }

    /** Forgets a library, none of whose functions is called any more. */
    public void unlink(FunctionLibrary library) {
        heap.remove(library);
    }

    /**
     * Calls a function on this thread.
     *
     * @param isReadOnly whether commands that write are refused
     * @return the reply in RESP 2, which is an error if the function has raised one
     */
    public byte[] call(
            FunctionLibrary library,
            LibraryFunction function,
            List<byte[]> keys,
            List<byte[]> arguments,
            ScriptHost host,
            boolean isReadOnly) {
        Libraries.install();
        LuaTable keyTable = ScriptRuntime.table(keys);
        LuaTable argumentTable = ScriptRuntime.table(arguments);
        long wordBytes = ScriptRuntime.size(keys) + ScriptRuntime.size(arguments);
        ScriptRun run =
                new ScriptRun(host, isReadOnly, library.table(), library.globals(), heap, memoryBytes + wordBytes);
        return ScriptRuntime.run(
                run,
                function.name(),
                () -> function.callback().invoke(keyTable, argumentTable).arg1());
    }
}
