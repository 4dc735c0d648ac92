package io.nvmredis.engine.script;

import java.util.Set;
import org.luaj.vm2.Prototype;

/** A script that can be run, any number of times. */
public final class CompiledScript {
    /** What is compiled takes about so much for each byte of text, on average of many scripts. */
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

    /** Whether {@code #!lua flags=...} says this. */
    public boolean has(String flag) {
        return flags.contains(flag);
    }

    /** Whether its first line says how it is to be run. */
    public boolean isDeclared() {
        return isDeclared;
    }

    /** About what it takes of the heap. */
    public long memoryBytes() {
        return FIXED_BYTES + (long) BYTES_PER_BYTE * length;
    }

    Prototype prototype() {
        return prototype;
    }
}
