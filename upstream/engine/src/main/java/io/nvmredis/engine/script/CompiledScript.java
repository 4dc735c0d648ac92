package io.nvmredis.engine.script;

import java.util.Set;
import org.luaj.vm2.Prototype;

/** A compiled script, which can be run any number of times. */
public final class CompiledScript {
    /** Number of bytes that a compiled script takes per byte of text, on average of many scripts. */
    private static final int BYTES_PER_BYTE = 24;

    private static final int FIXED_BYTES = 1_024;

    private final String hash;
    private final Prototype prototype;
    private final Set<String> flags;
    private final boolean isDeclared;
    private final int length;

    CompiledScript(String hash, Prototype prototype, Set<String> flags, boolean isDeclared, int length) {
        this.hash = hash;
        this.prototype = prototype;
        this.flags = flags;
        this.isDeclared = isDeclared;
        this.length = length;
    }

    public String hash() {
        return hash;
    }

    /** Tells whether {@code #!lua flags=...} has this flag. */
    public boolean has(String flag) {
        return flags.contains(flag);
    }

    /** Tells whether the script's first line says how to run it. */
    public boolean isDeclared() {
        return isDeclared;
    }

    /** Returns about how many bytes of the heap the script takes. */
    public long memoryBytes() {
        return memoryBytes(length);
    }

    /** Returns about how many bytes of the heap compiled code takes that was so long as text. */
    static long memoryBytes(int length) {
        return FIXED_BYTES + (long) BYTES_PER_BYTE * length;
    }

    Prototype prototype() {
        return prototype;
    }
}
