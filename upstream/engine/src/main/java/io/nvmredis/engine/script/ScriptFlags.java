package io.nvmredis.engine.script;

import java.util.List;

/** Flags by which a script or a function says how it may be run. */
public final class ScriptFlags {
    public static final String NO_WRITES = "no-writes";
    public static final String ALLOW_OOM = "allow-oom";

    /** All flags, in Redis's order. */
    static final List<String> ALL = List.of(NO_WRITES, ALLOW_OOM, "allow-stale", "no-cluster", "allow-cross-slot-keys");

    private ScriptFlags() {}
}
