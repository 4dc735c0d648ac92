package io.nvmredis.tools;

import java.util.Locale;

/** Shows bytes of keys in messages, as redis-cli does: those that are not printable by their numbers. */
final class KeyText {
    private static final int LONGEST = 200;

    private KeyText() {}

    static String of(byte[] key) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < key.length && i < LONGEST; i++) {
            int letter = key[i] & 0xff;
            if (letter < ' ' || letter > '~' || letter == '\\' || letter == '\'') {
                text.append(String.format(Locale.ROOT, "\\x%02x", letter));
            } else {
                text.append((char) letter);
            }
        }
        return key.length > LONGEST ? text + "..." : text.toString();
    }
}
