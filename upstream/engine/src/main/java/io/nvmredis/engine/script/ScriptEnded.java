package io.nvmredis.engine.script;

/** Ends a script on request. It is not an exception, so neither {@code pcall} nor LuaJ catches it. */
final class ScriptEnded extends Error {
    private static final long serialVersionUID = 1;

    private final transient Place place;

    /** Ends the script at this line. */
    ScriptEnded(Place place) {
        super("the script was told to end", null, false, false);
        this.place = place;
    }

    Place place() {
        return place;
    }
}
