package io.nvmredis.engine.script;

import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.Prototype;

/**
 * A line of a script.
 *
 * @param source name under which the chunk was loaded; empty if the place is not known
 * @param line number of the line, from 1; 0 if it is not known
 */
record Place(LuaString source, int line) {
    static final Place UNKNOWN = new Place(LuaString.valueOf(""), 0);

    private static final int MAX_EXCERPT = 60 - "[string \"...\"]".length() - 1;

    static Place of(Prototype prototype, int pc) {
        int[] lines = prototype.lineinfo;
        return new Place(prototype.source, lines != null && pc >= 0 && pc < lines.length ? lines[pc] : 0);
    }

    boolean isKnown() {
        return line > 0;
    }

    /** Returns the prefix that Lua puts before a message. */
    String prefix() {
        return isKnown() ? shortSource() + ":" + line + ": " : "";
    }

    /** Returns the name of the chunk in messages; text that was loaded under its own words is cut short. */
    private String shortSource() {
        String name = new String(source.m_bytes, source.m_offset, source.m_length, StandardCharsets.ISO_8859_1);
        if (name.startsWith("@") || name.startsWith("=")) {
            return name.substring(1);
        }
        int end = name.indexOf('\n');
        String first = end < 0 ? name : name.substring(0, end);
        boolean isCut = end >= 0 || first.length() > MAX_EXCERPT;
        return "[string \"" + first.substring(0, Math.min(first.length(), MAX_EXCERPT)) + (isCut ? "...\"]" : "\"]");
    }
}
