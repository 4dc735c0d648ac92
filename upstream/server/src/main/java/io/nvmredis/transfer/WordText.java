package io.nvmredis.transfer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Converts words of a command between bytes and text. */
final class WordText {
    private static final int EXCERPT_LENGTH = 80;

    private WordText() {}

    static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    static String text(byte[] word) {
        return new String(word, StandardCharsets.ISO_8859_1);
    }

    static String upperCase(byte[] word) {
        return text(word).toUpperCase(Locale.ROOT);
    }

    static String name(List<byte[]> command) {
        return upperCase(command.get(0));
    }

    /** Returns a name for messages, such as {@code XGROUP of the key 'orders'}. */
    static String describe(List<byte[]> command, int keyIndex) {
        String name = excerpt(command.get(0)).toUpperCase(Locale.ROOT);
        return command.size() <= keyIndex ? name : name + " of the key '" + excerpt(command.get(keyIndex)) + "'";
    }

    /** Returns the beginning of a word, with bytes that are not printable in Redis's notation. */
    static String excerpt(byte[] word) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < word.length && i < EXCERPT_LENGTH; i++) {
            int letter = word[i] & 0xff;
            if (letter < ' ' || letter > '~') {
                text.append(String.format(Locale.ROOT, "\\x%02x", letter));
            } else {
                text.append((char) letter);
            }
        }
        return word.length > EXCERPT_LENGTH ? text + "..." : text.toString();
    }
}
