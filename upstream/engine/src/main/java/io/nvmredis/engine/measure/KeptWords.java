package io.nvmredis.engine.measure;

import io.nvmredis.engine.catalog.SecretWords;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The words of a command as the slow log keeps them: no more than {@link #MAX_WORDS}, each no longer than {@link
 * #MAX_LENGTH}, and passwords not at all.
 */
final class KeptWords {
    static final int MAX_WORDS = 32;
    static final int MAX_LENGTH = 128;

    private static final byte[] SECRET = ascii("(redacted)");

    private KeptWords() {}

    static List<byte[]> of(List<byte[]> command) {
        int kept = command.size() > MAX_WORDS ? MAX_WORDS - 1 : command.size();
        List<byte[]> words = new ArrayList<>(Math.min(command.size(), MAX_WORDS));
        for (int i = 0; i < kept; i++) {
            words.add(SecretWords.contain(command, i) ? SECRET : cut(command.get(i)));
        }
        if (kept < command.size()) {
            words.add(ascii("... (" + (command.size() - kept) + " more arguments)"));
        }
        return words;
    }

    private static byte[] cut(byte[] word) {
        if (word.length <= MAX_LENGTH) {
            return word.clone();
        }
        byte[] rest = ascii("... (" + (word.length - MAX_LENGTH) + " more bytes)");
        byte[] cut = Arrays.copyOf(word, MAX_LENGTH + rest.length);
        System.arraycopy(rest, 0, cut, MAX_LENGTH, rest.length);
        return cut;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
