package io.nvmredis.engine.bytes;

import java.nio.charset.StandardCharsets;

/** Comparison of words of a command without making strings of them, texts of words, and excerpts for messages. */
public final class Words {
    private static final int EXCERPT_LENGTH = 128;

    private Words() {}

    public static boolean equalsIgnoreCase(byte[] word, String lowerCase) {
        if (word.length != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if ((word[i] | 0x20) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Returns a text whose characters stand for the bytes of a word. */
    public static String text(byte[] word) {
        return new String(word, StandardCharsets.ISO_8859_1);
    }

    /** Returns the word for whose bytes the characters of a text stand. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static String excerpt(byte[] word) {
        return new String(word, 0, Math.min(word.length, EXCERPT_LENGTH), StandardCharsets.UTF_8);
    }
}
