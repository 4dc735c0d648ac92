package io.nvmredis.engine.catalog;

import io.nvmredis.engine.bytes.Words;
import java.util.List;

/**
 * The words of commands that nobody but the server may see: neither the slow log nor MONITOR shows them. A word that may
 * be one counts as one, whatever stands before it.
 */
public final class SecretWords {
    /** Settings whose values are not shown. */
    private static final List<String> SECRET_SETTINGS =
            List.of("requirepass", "masterauth", "masteruser", "tls-key-file-pass", "tls-client-key-file-pass");

    private SecretWords() {}

    /** Tells whether the word at a position is a user or a password, or stands where one may stand. */
    public static boolean contain(List<byte[]> command, int position) {
        if (position == 0) {
            return false;
        }
        return switch (command.get(0).length) {
            case 3 -> is(command, 0, "acl") && position > 1 && isOfAcl(command, position);
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

    private static boolean isOfAcl(List<byte[]> command, int position) {
        return is(command, 1, "setuser")
                || (is(command, 1, "dryrun")
                        && position > 3
                        && contain(command.subList(3, command.size()), position - 3));
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
}
