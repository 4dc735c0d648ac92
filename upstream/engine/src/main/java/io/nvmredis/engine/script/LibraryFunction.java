package io.nvmredis.engine.script;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaValue;

/** A function that a library has registered. */
public final class LibraryFunction {
    private final String name;
    private final LuaValue callback;
    private final List<String> flags;
    private final @Nullable String description;

    LibraryFunction(String name, LuaValue callback, List<String> flags, @Nullable String description) {
        this.name = name;
        this.callback = callback;
        this.flags = List.copyOf(flags);
        this.description = description;
    }

    public String name() {
        return name;
    }

    /** Returns the description, each of whose characters stands for one byte; null if there is none. */
    public @Nullable String description() {
        return description;
    }

    /** Returns the flags, in Redis's order. */
    public List<String> flags() {
        return flags;
    }

    public boolean has(String flag) {
        return flags.contains(flag);
    }

    LuaValue callback() {
        return callback;
    }
}
