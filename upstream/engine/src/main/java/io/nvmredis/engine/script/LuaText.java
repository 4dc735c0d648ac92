package io.nvmredis.engine.script;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.luaj.vm2.LuaString;

/** Converts between Lua's strings of bytes and Java strings, of which each character stands for one byte. */
final class LuaText {
    private LuaText() {}

    static String of(LuaString string) {
        return new String(string.m_bytes, string.m_offset, string.m_length, StandardCharsets.ISO_8859_1);
    }

    static LuaString of(String text) {
        return LuaString.valueUsing(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Returns the bytes of a string. If the string fills its array, the array itself is returned, so neither side may
     * change it.
     */
    static byte[] bytes(LuaString string) {
        return string.m_offset == 0 && string.m_length == string.m_bytes.length
                ? string.m_bytes
                : Arrays.copyOfRange(string.m_bytes, string.m_offset, string.m_offset + string.m_length);
    }
}
