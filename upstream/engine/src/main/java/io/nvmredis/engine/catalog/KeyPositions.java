package io.nvmredis.engine.catalog;

import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.Words;
import java.util.List;
import java.util.function.Consumer;

/** Where the keys of a command stand, those included that {@code COMMAND} does not tell because a number says it. */
public final class KeyPositions {
    private KeyPositions() {}

    /** Whether a command has one key, at a place of its own. */
    public static boolean isSingle(CommandSpec spec) {
        return spec.firstKey() > 0
                && spec.firstKey() == spec.lastKey()
                && !spec.name().endsWith("store")
                && !spec.name().startsWith("eval");
    }

    /** Shows the keys. Words too few or malformed are none of its business: the command says so. */
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
            case "xread" -> afterStreams(command, action);
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

    private static void afterStreams(List<byte[]> command, Consumer<byte[]> action) {
        for (int i = 1; i < command.size(); i++) {
            if (Words.equalsIgnoreCase(command.get(i), "streams")) {
                int count = (command.size() - i - 1) / 2;
                command.subList(i + 1, i + 1 + count).forEach(action);
                return;
            }
        }
    }
}
