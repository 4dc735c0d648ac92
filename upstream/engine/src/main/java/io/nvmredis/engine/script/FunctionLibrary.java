package io.nvmredis.engine.script;

import java.util.List;
import org.luaj.vm2.Globals;

/** A library of functions that has been loaded. */
public final class FunctionLibrary implements LiveSize.Holder {
    private final String name;
    private final byte[] code;
    private final List<LibraryFunction> functions;
    private final LibraryGlobals table;
    private final Globals globals;

    FunctionLibrary(String name, byte[] code, List<LibraryFunction> functions, LibraryGlobals table, Globals globals) {
        this.name = name;
        this.code = code;
        this.functions = List.copyOf(functions);
        this.table = table;
        this.globals = globals;
    }

    public String name() {
        return name;
    }

    /** Returns the text of the library with its header, which nobody may change. */
    public byte[] code() {
        return code;
    }

    public List<LibraryFunction> functions() {
        return functions;
    }

    /** Returns about how many bytes of the heap the library takes. */
    public long memoryBytes() {
        return CompiledScript.memoryBytes(code.length);
    }

    LibraryGlobals table() {
        return table;
    }

    /** Returns what LuaJ knows of the functions of the library. */
    Globals globals() {
        return globals;
    }

    @Override
    public void addTo(LiveSize size) {
        functions.forEach(function -> size.add(function.callback()));
    }
}
