package io.nvmredis.engine;

import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The name of the command that a session was last asked to run. The thread that runs the session's commands writes it
 * as each command comes; other threads may read a value that is a moment old.
 */
final class LastCommand {
    private static final int MAX_WORD_LENGTH = 32;

    /** Names of commands whose first argument says which command it is. */
    private static final Set<String> CONTAINERS = Set.of(
            "acl", "client", "cluster", "command", "config", "latency", "memory", "module", "object", "pubsub",
            "script", "slowlog");

    private @Nullable CommandSpec spec;
    private byte @Nullable [] word;

    /** Notes the command that has come; {@code newSpec} is null if no command has its name. */
    void is(@Nullable CommandSpec newSpec, List<byte[]> command) {
        spec = newSpec;
        if (newSpec != null && newSpec.has(Trait.ADMIN)) {
            byte[] first = command.size() > 1 ? command.get(1) : null;
            word = first != null && first.length <= MAX_WORD_LENGTH ? first : null;
        }
    }

    /** Tells whether a word can be shown to other clients: a client may have sent any bytes. */
    private static boolean isPlain(byte[] shown) {
        for (byte each : shown) {
            boolean isLetter = (each | 0x20) >= 'a' && (each | 0x20) <= 'z';
            if (!isLetter && !(each >= '0' && each <= '9') && each != '-' && each != '_') {
                return false;
            }
        }
        return shown.length > 0;
    }

    /** Returns the name as {@code CLIENT LIST} shows it. */
    String name() {
        CommandSpec last = spec;
        byte[] first = word;
        if (last == null) {
            return "NULL";
        }
        return first != null && isPlain(first) && CONTAINERS.contains(last.name())
                ? last.name() + "|" + new String(first, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT)
                : last.name();
    }
}
