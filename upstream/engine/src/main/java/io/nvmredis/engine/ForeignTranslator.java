package io.nvmredis.engine;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Translates what a Redis writes to its append-only file, or sends to its replicas, into commands that exist here,
 * where that can be done exactly. Every command of another server is translated here before it runs, so that it means
 * the same wherever it comes from.
 *
 * <p>Most commands need no translation: Redis itself writes what was done rather than what was asked for. The
 * conditions of a command were met, or the command would not have been written. Older versions of Redis write times to
 * live rather than points in time; such a time counts from when the command is translated. Any thread may use a
 * translator.
 */
final class ForeignTranslator {
    /** Names of commands that change no data. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("ping", "replconf", "publish", "spublish", "opinfo", "readonly", "wait", "echo");

    /**
     * Words of XADD and XTRIM that Redis 7.0 does not have, each with the number of words that follow it. Those of
     * producers mean nothing here. Entries go whatever consumer groups have of them, as KEEPREF says.
     */
    private static final Map<String, Integer> STREAM_WORDS =
            Map.of("keepref", 0, "delref", 0, "acked", 0, "idmpauto", 1, "idmp", 2);

    /** Conditions of SET on the previous value, as Redis 8.4 has them. */
    private static final Set<String> VALUE_CONDITIONS = Set.of("ifeq", "ifne", "ifdeq", "ifdne");

    private static final Set<String> CONDITIONS = Set.of("nx", "xx", "fnx", "fxx");

    /** Source of the deadlines in the data that a command finds. */
    @FunctionalInterface
    interface Deadlines {
        /** Knows no deadline; used where only the names of the translated commands matter. */
        Deadlines NONE = (key, field) -> Entry.NO_DEADLINE;

        /** Returns the deadline of a field of a hash, or {@link Entry#NO_DEADLINE}. */
        long of(byte[] key, byte[] field);
    }

    private static final int EXCERPT_WORDS = 3;

    private final LongSupplier nowMillis;

    ForeignTranslator(LongSupplier nowMillis) {
        this.nowMillis = nowMillis;
    }

    /** Tells whether this command changes no data, whatever its arguments. */
    static boolean isWithoutEffect(List<byte[]> command) {
        return WITHOUT_EFFECT.contains(lowerCase(command.get(0)));
    }

    /**
     * Returns the commands that do here what this command did on the other server.
     *
     * @throws PersistenceException if the command is malformed
     */
    List<List<byte[]>> translate(List<byte[]> command, Deadlines deadlines) {
        return switch (lowerCase(command.get(0))) {
            case "brpoplpush" -> List.of(renamed("RPOPLPUSH", command.subList(0, Math.min(3, command.size()))));
            case "blmove" -> List.of(renamed("LMOVE", command.subList(0, Math.min(5, command.size()))));
            case "set" -> List.of(withoutValueCondition(command));
            case "msetex" -> setMany(command);
            case "xadd", "xtrim" -> List.of(exactStreamCommand(command));
            case "xdelex" -> List.of(deleteEntries(command));
            case "hsetex" -> setFields(command, deadlines);
            default -> List.of(command);
        };
    }

    private static List<byte[]> renamed(String name, List<byte[]> command) {
        List<byte[]> renamed = new ArrayList<>(command);
        renamed.set(0, bytes(name));
        return renamed;
    }

    private static List<byte[]> withoutValueCondition(List<byte[]> command) {
        for (int i = 3; i + 1 < command.size(); i++) {
            if (VALUE_CONDITIONS.contains(lowerCase(command.get(i)))) {
                List<byte[]> without = new ArrayList<>(command.subList(0, i));
                without.addAll(command.subList(i + 2, command.size()));
                return without;
            }
        }
        return command;
    }

    /** Translates {@code MSETEX count key value … [NX|XX] [EX …|PX …|EXAT …|PXAT …|KEEPTTL]} into one SET per key. */
    private static List<List<byte[]>> setMany(List<byte[]> command) {
        long count = number(command, 1);
        if (count < 1 || count > (command.size() - 2) / 2) {
            throw malformed(command);
        }
        int end = 2 + 2 * (int) count;
        List<byte[]> options = command.subList(end, command.size()).stream()
                .filter(word -> !CONDITIONS.contains(lowerCase(word)))
                .toList();
        List<List<byte[]>> commands = new ArrayList<>();
        for (int i = 2; i < end; i += 2) {
            List<byte[]> set = new ArrayList<>(Arrays.asList(bytes("SET"), command.get(i), command.get(i + 1)));
            set.addAll(options);
            commands.add(set);
        }
        return commands;
    }

    /**
     * Translates XADD and XTRIM by leaving out the words that concern only the server that ran them. The limit of how
     * much may be cut at once is such a word: Redis writes how long the stream has become, {@code MAXLEN = 5}, and
     * leaves the limit that came with {@code MAXLEN ~ 1}.
     */
    private static List<byte[]> exactStreamCommand(List<byte[]> command) {
        List<byte[]> exact = new ArrayList<>(command.subList(0, Math.min(2, command.size())));
        int at = 2;
        while (at < command.size()) {
            String word = lowerCase(command.get(at));
            if (word.equals("limit")) {
                at += 2;
            } else if (STREAM_WORDS.containsKey(word)) {
                at += 1 + STREAM_WORDS.get(word);
            } else if (word.equals("nomkstream")) {
                exact.add(command.get(at++));
            } else if (word.equals("maxlen") || word.equals("minid")) {
                int next = Math.min(command.size(), at + (isSign(command, at + 1) ? 3 : 2));
                exact.addAll(command.subList(at, next));
                at = next;
            } else {
                break;
            }
        }
        if (at > command.size()) {
            throw malformed(command);
        }
        exact.addAll(command.subList(at, command.size()));
        return exact;
    }

    private static boolean isSign(List<byte[]> command, int index) {
        String word = index < command.size() ? lowerCase(command.get(index)) : "";
        return word.equals("=") || word.equals("~");
    }

    /** Translates {@code XDELEX key [KEEPREF|DELREF|ACKED] IDS count id …} into XDEL. */
    private static List<byte[]> deleteEntries(List<byte[]> command) {
        int ids = indexOf(command, "ids", 2);
        if (ids < 0 || ids + 2 >= command.size()) {
            throw malformed(command);
        }
        List<byte[]> delete = new ArrayList<>(Arrays.asList(bytes("XDEL"), command.get(1)));
        delete.addAll(command.subList(ids + 2, command.size()));
        return delete;
    }

    private static int indexOf(List<byte[]> command, String word, int from) {
        for (int i = from; i < command.size(); i++) {
            if (Words.equalsIgnoreCase(command.get(i), word)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Translates
     * {@code HSETEX key [FNX|FXX] [EX seconds|PX milliseconds|EXAT time|PXAT time|KEEPTTL] FIELDS count field value …}
     * into HSET and HPEXPIREAT.
     */
    private List<List<byte[]>> setFields(List<byte[]> command, Deadlines deadlines) {
        int fields = indexOf(command, "fields", 2);
        if (fields < 0 || fields + 4 > command.size() || (command.size() - fields) % 2 != 0) {
            throw malformed(command);
        }
        byte[] key = command.get(1);
        List<byte[]> pairs = command.subList(fields + 2, command.size());
        List<byte[]> set = new ArrayList<>(Arrays.asList(bytes("HSET"), key));
        set.addAll(pairs);
        List<List<byte[]>> commands = new ArrayList<>();
        commands.add(set);
        for (int i = 2; i < fields; i++) {
            String option = lowerCase(command.get(i));
            if (option.equals("keepttl")) {
                keepDeadlines(key, pairs, deadlines, commands);
            } else if (!CONDITIONS.contains(option)) {
                commands.add(expiry(key, deadline(command, i++), fieldsOf(pairs)));
            }
        }
        return commands;
    }

    private static void keepDeadlines(
            byte[] key, List<byte[]> pairs, Deadlines deadlines, List<List<byte[]>> commands) {
        for (byte[] field : fieldsOf(pairs)) {
            long deadline = deadlines.of(key, field);
            if (deadline != Entry.NO_DEADLINE) {
                commands.add(expiry(key, deadline, List.of(field)));
            }
        }
    }

    private static List<byte[]> fieldsOf(List<byte[]> pairs) {
        List<byte[]> fields = new ArrayList<>(pairs.size() / 2);
        for (int i = 0; i < pairs.size(); i += 2) {
            fields.add(pairs.get(i));
        }
        return fields;
    }

    private long deadline(List<byte[]> command, int index) {
        long time = number(command, index + 1);
        return switch (lowerCase(command.get(index))) {
            case "ex" -> nowMillis.getAsLong() + 1_000 * time;
            case "px" -> nowMillis.getAsLong() + time;
            case "exat" -> 1_000 * time;
            case "pxat" -> time;
            default -> throw malformed(command);
        };
    }

    private static List<byte[]> expiry(byte[] key, long deadline, List<byte[]> fields) {
        List<byte[]> expiry = new ArrayList<>(Arrays.asList(
                bytes("HPEXPIREAT"),
                key,
                bytes(Long.toString(deadline)),
                bytes("FIELDS"),
                bytes(Integer.toString(fields.size()))));
        expiry.addAll(fields);
        return expiry;
    }

    private static long number(List<byte[]> command, int index) {
        try {
            return Long.parseLong(new String(command.get(index), StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            PersistenceException malformed = malformed(command);
            malformed.initCause(e);
            throw malformed;
        }
    }

    /** Returns the beginning of a command, for messages. */
    static String excerpt(List<byte[]> words) {
        String beginning =
                words.stream().limit(EXCERPT_WORDS).map(Words::excerpt).collect(Collectors.joining(" "));
        return "the command '" + beginning + (words.size() > EXCERPT_WORDS ? " ..." : "") + "'";
    }

    private static PersistenceException malformed(List<byte[]> command) {
        return new PersistenceException(excerpt(command) + " is malformed");
    }

    private static byte[] bytes(String word) {
        return word.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String lowerCase(byte[] word) {
        return word.length > 32 ? "" : new String(word, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    }
}
