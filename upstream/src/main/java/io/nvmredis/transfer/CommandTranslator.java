package io.nvmredis.transfer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Puts what a Redis sends to its replicas into commands that there are here, where that can be done exactly.
 *
 * <p>Most need no translation: Redis itself sends what was done rather than what was asked for. Older ones send times to
 * live rather than points in time; those count from when they arrive.
 */
final class CommandTranslator {
    /** Change no data. */
    private static final Set<String> WITHOUT_EFFECT =
            Set.of("PING", "REPLCONF", "PUBLISH", "SPUBLISH", "SCRIPT", "OPINFO", "READONLY", "WAIT", "ECHO");

    /** Takes an element off one end of a list and puts it on an end of another; the pair may be one list. */
    private static final byte[] MOVE_ELEMENT =
            Words.bytes("local e=redis.call(ARGV[1],KEYS[1]) if e then redis.call(ARGV[2],KEYS[2],e) end return e");

    private final LongSupplier nowMillis;

    CommandTranslator(LongSupplier nowMillis) {
        this.nowMillis = nowMillis;
    }

    /** Whether this command changes no data, whatever its arguments. */
    static boolean isWithoutEffect(List<byte[]> command) {
        return WITHOUT_EFFECT.contains(Words.name(command));
    }

    /** The commands that do here what this one did there. */
    List<List<byte[]>> translate(List<byte[]> command) {
        return switch (Words.name(command)) {
            case "RENAMENX" -> List.of(renamed("RENAME", command));
            case "BRPOPLPUSH" -> List.of(renamed("RPOPLPUSH", command.subList(0, Math.min(3, command.size()))));
            case "LMOVE", "BLMOVE" -> List.of(moveElement(command));
            case "HSETEX" -> setFields(command);
            default -> List.of(command);
        };
    }

    private static List<byte[]> renamed(String name, List<byte[]> command) {
        List<byte[]> renamed = new ArrayList<>(command);
        renamed.set(0, Words.bytes(name));
        return renamed;
    }

    /** {@code LMOVE source destination LEFT|RIGHT LEFT|RIGHT}. */
    private static List<byte[]> moveElement(List<byte[]> command) {
        if (command.size() < 5) {
            return command;
        }
        String pop = Words.upperCase(command.get(3)).equals("LEFT") ? "LPOP" : "RPOP";
        String push = Words.upperCase(command.get(4)).equals("LEFT") ? "LPUSH" : "RPUSH";
        if (pop.equals("RPOP") && push.equals("LPUSH")) {
            return renamed("RPOPLPUSH", command.subList(0, 3));
        }
        return List.of(
                Words.bytes("EVAL"),
                MOVE_ELEMENT,
                Words.bytes(2),
                command.get(1),
                command.get(2),
                Words.bytes(pop),
                Words.bytes(push));
    }

    /**
     * {@code HSETEX key [FNX|FXX] [EX seconds|PX milliseconds|EXAT time|PXAT time|KEEPTTL] FIELDS count field value
     * …}: as Redis sends it, its condition was met.
     */
    private List<List<byte[]>> setFields(List<byte[]> command) {
        long deadline = -1;
        boolean isKept = false;
        int at = 2;
        for (; at < command.size() && !Words.upperCase(command.get(at)).equals("FIELDS"); at++) {
            switch (Words.upperCase(command.get(at))) {
                case "EX" -> deadline = nowMillis.getAsLong() + 1_000 * number(command, ++at);
                case "PX" -> deadline = nowMillis.getAsLong() + number(command, ++at);
                case "EXAT" -> deadline = 1_000 * number(command, ++at);
                case "PXAT" -> deadline = number(command, ++at);
                case "KEEPTTL" -> isKept = true;
                default -> {
                    // FNX, FXX
                }
            }
        }
        if (isKept || at + 2 > command.size()) {
            return List.of(command);
        }
        List<byte[]> pairs = command.subList(at + 2, command.size());
        List<byte[]> set = new ArrayList<>(Arrays.asList(Words.bytes("HSET"), command.get(1)));
        set.addAll(pairs);
        return deadline < 0 ? List.of(set) : List.of(set, expiry(command.get(1), deadline, pairs));
    }

    private static List<byte[]> expiry(byte[] key, long deadline, List<byte[]> pairs) {
        List<byte[]> expiry = new ArrayList<>(Arrays.asList(
                Words.bytes("HPEXPIREAT"),
                key,
                Words.bytes(deadline),
                Words.bytes("FIELDS"),
                Words.bytes(pairs.size() / 2)));
        for (int i = 0; i < pairs.size(); i += 2) {
            expiry.add(pairs.get(i));
        }
        return expiry;
    }

    private static long number(List<byte[]> command, int index) {
        try {
            return Long.parseLong(Words.text(command.get(index)));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new TransferException(Words.describe(command, 1) + " is malformed", e);
        }
    }
}
