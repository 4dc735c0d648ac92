package io.nvmredis.engine.catalog;

import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.Words;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds the keys of a command, also those that {@code COMMAND} does not tell because another word says where they are.
 */
public final class KeyPositions {
    private KeyPositions() {}

    /** Tells whether a command has exactly one key, at a fixed position. */
    public static boolean isSingle(CommandSpec spec) {
        return spec.firstKey() > 0
                && spec.firstKey() == spec.lastKey()
                && !spec.name().endsWith("store")
                && !spec.name().startsWith("eval");
    }

    /** Passes each key to an action. Missing or malformed words are passed over: the command itself reports them. */
    public static void forEach(CommandSpec spec, List<byte[]> command, Consumer<byte[]> action) {
        if (spec.firstKey() > 0) {
            int last = spec.lastKey() < 0 ? command.size() + spec.lastKey() : spec.lastKey();
            for (int i = spec.firstKey(); i <= last && i < command.size(); i += spec.keyStep()) {
                action.accept(command.get(i));
            }
        }
        switch (spec.name()) {
            case "eval",
                    "eval_ro",
                    "evalsha",
                    "evalsha_ro",
                    "zunionstore",
                    "zinterstore",
                    "zdiffstore",
                    "bzmpop",
                    "blmpop" -> counted(2, command, action);
            case "zunion", "zinter", "zdiff", "zintercard", "sintercard", "zmpop", "lmpop" ->
                counted(1, command, action);
            case "memory", "object", "xgroup", "xinfo" ->
                command.stream().skip(2).limit(1).forEach(action);
            case "migrate" -> afterKeys(command, action);
            case "xread", "xreadgroup" -> afterStreams(command, action);
            default -> {}
        }
    }

    private static void counted(int position, List<byte[]> command, Consumer<byte[]> action) {
        long count = position < command.size() ? number(command.get(position)) : 0;
        for (int i = position + 1; i <= position + count && i < command.size(); i++) {
            action.accept(command.get(i));
        }
    }

    private static long number(byte[] word) {
        return Math.min(Integer.MAX_VALUE, Math.max(0, Numbers.parse(word)));
    }

    /** Passes the keys of a MIGRATE that has several, which follow the word KEYS. A password may be that word. */
    private static void afterKeys(List<byte[]> command, Consumer<byte[]> action) {
        for (int i = 6; i < command.size(); i++) {
            byte[] word = command.get(i);
            if (Words.equalsIgnoreCase(word, "keys")) {
                command.subList(i + 1, command.size()).forEach(action);
                return;
            }
            i += Words.equalsIgnoreCase(word, "auth") ? 1 : Words.equalsIgnoreCase(word, "auth2") ? 2 : 0;
        }
    }

    private static void afterStreams(List<byte[]> command, Consumer<byte[]> action) {
        // A group or a consumer may have the name STREAMS.
        int first = Words.equalsIgnoreCase(command.get(0), "xreadgroup") ? 4 : 1;
        for (int i = first; i < command.size(); i++) {
            if (Words.equalsIgnoreCase(command.get(i), "streams")) {
                int count = (command.size() - i - 1) / 2;
                command.subList(i + 1, i + 1 + count).forEach(action);
                return;
            }
        }
    }
}
