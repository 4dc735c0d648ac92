package io.nvmredis.engine.measure;

import io.nvmredis.engine.bytes.Words;
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

    /** Settings whose values are not shown. */
    private static final List<String> SECRET_SETTINGS =
            List.of("requirepass", "masterauth", "masteruser", "tls-key-file-pass", "tls-client-key-file-pass");

    private KeptWords() {}

    static List<byte[]> of(List<byte[]> command) {
        int kept = command.size() > MAX_WORDS ? MAX_WORDS - 1 : command.size();
        List<byte[]> words = new ArrayList<>(Math.min(command.size(), MAX_WORDS));
        for (int i = 0; i < kept; i++) {
            words.add(isSecret(command, i) ? SECRET : cut(command.get(i)));
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

    private static boolean isSecret(List<byte[]> command, int position) {
        if (position == 0) {
            return false;
        }
        return switch (command.get(0).length) {
            case 3 -> is(command, 0, "acl") && position > 1 && is(command, 1, "setuser");
            case 4 -> is(command, 0, "auth");
            case 5 -> is(command, 0, "hello") && isBehind(command, position, "auth", 2);
            case 6 ->
                is(command, 0, "config")
                        && position > 2
                        && is(command, 1, "set")
                        && isOfSecretSetting(command, position);
            case 7 ->
                is(command, 0, "migrate")
                        && position > 5
                        && (isBehind(command, position, "auth", 1) || isBehind(command, position, "auth2", 2));
            default -> false;
        };
    }

    /** Tells whether a word is one of the next words behind this one. */
    private static boolean isBehind(List<byte[]> command, int position, String word, int count) {
        for (int i = Math.max(1, position - count); i < position; i++) {
            if (is(command, i, word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfSecretSetting(List<byte[]> command, int position) {
        return position % 2 == 1 && SECRET_SETTINGS.stream().anyMatch(setting -> is(command, position - 1, setting));
    }

    private static boolean is(List<byte[]> command, int position, String lowerCase) {
        return Words.equalsIgnoreCase(command.get(position), lowerCase);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
