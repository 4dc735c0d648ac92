package io.nvmredis.engine.script;

import io.nvmredis.spi.support.QuotedWords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * First line of a library of functions, {@code #!lua name=...}.
 *
 * @param name name of the library
 * @param length number of bytes of the line, without its end
 */
record LibraryHeader(String name, int length) {
    static final String BAD_NAME = "Library names can only contain letters, numbers, or underscores(_) and must be at"
            + " least one character long";

    private static final String SHEBANG = "#!";
    private static final String NAME = "name=";
    private static final String ENGINE = "lua";

    /**
     * Reads the header of a library.
     *
     * @throws ScriptException if the text does not begin with one
     */
    static LibraryHeader of(byte[] code) throws ScriptException {
        if (code.length < SHEBANG.length() || code[0] != '#' || code[1] != '!') {
            throw new ScriptException("ERR Missing library metadata");
        }
        int length = SHEBANG.length();
        while (length < code.length && code[length] != '\n' && code[length] != 0) {
            length++;
        }
        List<String> words = length == code.length || code[length] == 0
                ? null
                : QuotedWords.split(new String(code, 0, length, StandardCharsets.ISO_8859_1));
        if (words == null || words.isEmpty()) {
            throw new ScriptException("ERR Invalid library metadata");
        }
        String name = name(words.subList(1, words.size()));
        if (!isName(name)) {
            throw new ScriptException("ERR " + BAD_NAME);
        }
        String engine = words.get(0).substring(SHEBANG.length());
        if (!engine.equalsIgnoreCase(ENGINE)) {
            throw new ScriptException("ERR Engine '" + engine + "' not found");
        }
        return new LibraryHeader(name, length);
    }

    private static String name(List<String> options) throws ScriptException {
        String name = null;
        for (String option : options) {
            if (!option.toLowerCase(Locale.ROOT).startsWith(NAME)) {
                throw new ScriptException("ERR Invalid metadata value given: " + option);
            }
            if (name != null) {
                throw new ScriptException("ERR Invalid metadata value, name argument was given multiple times");
            }
            name = option.substring(NAME.length());
        }
        if (name == null) {
            throw new ScriptException("ERR Library name was not given");
        }
        return name;
    }

    /** Tells whether a library or a function may have this name. */
    static boolean isName(@Nullable String name) {
        return name != null
                && !name.isEmpty()
                && name.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
    }
}
