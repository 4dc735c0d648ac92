package io.nvmredis.engine.core;

import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.SecretWords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Line with which MONITOR shows one command: time, database and client, and each word in quotes. Passwords are left
 * out, and commands that administer the server are not shown at all, as in Redis. The bytes are made once, when the first client
 * has room for them.
 */
final class MonitorLine {
    private static final byte[] REDACTED = "(redacted)".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    /** Names of commands that are not shown. */
    private static final Set<String> HIDDEN = Set.of("bgrewriteaof", "bgsave", "debug", "monitor", "save", "shutdown");

    /** Names of commands with the subcommands of theirs that are not shown. */
    private static final Map<String, Set<String>> HIDDEN_SUBCOMMANDS = Map.of(
            "acl", Set.of("deluser", "dryrun", "getuser", "list", "load", "log", "save", "setuser", "users"),
            "client", Set.of("kill", "list", "no-evict", "pause", "unblock", "unpause"),
            "config", Set.of("get", "resetstat", "rewrite", "set"));

    private final byte[] head;
    private final List<byte[]> words;
    private final int length;
    private byte @Nullable [] bytes;

    /**
     * Creates the line of a command.
     *
     * @param place database and client
     */
    MonitorLine(long micros, String place, List<byte[]> words) {
        head = String.format(Locale.ROOT, "+%d.%06d [%s]", micros / 1_000_000, micros % 1_000_000, place)
                .getBytes(StandardCharsets.ISO_8859_1);
        this.words = words;
        long sum = head.length + 2L;
        for (int i = 0; i < words.size(); i++) {
            sum += 3 + shownLength(word(i));
        }
        length = (int) Math.min(sum, Integer.MAX_VALUE - Long.BYTES);
    }

    /** Tells whether a command is not shown. */
    static boolean isHidden(CommandSpec spec, List<byte[]> words) {
        if (HIDDEN.contains(spec.name())) {
            return true;
        }
        Set<String> subcommands = HIDDEN_SUBCOMMANDS.get(spec.name());
        return subcommands != null
                && words.size() > 1
                && subcommands.contains(new String(words.get(1), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT));
    }

    private byte[] word(int index) {
        return SecretWords.contain(words, index) ? REDACTED : words.get(index);
    }

    int length() {
        return length;
    }

    /** Returns the whole line. */
    byte[] bytes() {
        byte[] made = bytes;
        if (made == null) {
            made = new byte[length];
            System.arraycopy(head, 0, made, 0, head.length);
            int at = head.length;
            for (int i = 0; i < words.size(); i++) {
                made[at] = ' ';
                made[at + 1] = '"';
                at = put(word(i), made, at + 2);
                made[at++] = '"';
            }
            made[at] = '\r';
            made[at + 1] = '\n';
            bytes = made;
        }
        return made;
    }

    private static long shownLength(byte[] word) {
        long shown = 0;
        for (byte each : word) {
            shown += letterFor(each) != 0 ? 2 : isPlain(each) ? 1 : 4;
        }
        return shown;
    }

    private static boolean isPlain(byte each) {
        return each >= ' ' && each <= '~';
    }

    /** Returns the letter that stands behind a backslash for this byte; 0 if there is none. */
    private static byte letterFor(byte each) {
        return switch (each) {
            case '\\' -> '\\';
            case '"' -> '"';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            case '\b' -> 'b';
            case 7 -> 'a';
            default -> 0;
        };
    }

    private static int put(byte[] word, byte[] target, int start) {
        int at = start;
        for (byte each : word) {
            byte letter = letterFor(each);
            if (letter != 0) {
                target[at++] = '\\';
                target[at++] = letter;
            } else if (isPlain(each)) {
                target[at++] = each;
            } else {
                target[at++] = '\\';
                target[at++] = 'x';
                target[at++] = HEX[(each >> 4) & 0xF];
                target[at++] = HEX[each & 0xF];
            }
        }
        return at;
    }
}
