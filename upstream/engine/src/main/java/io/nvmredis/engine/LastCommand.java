package io.nvmredis.engine;

import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a session was last asked to do, by name. Written by whoever runs its commands, on the way of each: others may read
 * what it was a moment ago.
 */
final class LastCommand {
    private static final int MAX_WORD_LENGTH = 32;

    /** Commands whose first word says which command it is. */
    private static final Set<String> CONTAINERS =
            Set.of("client", "cluster", "command", "config", "memory", "object", "pubsub", "script");

    private @Nullable CommandSpec spec;
    private byte @Nullable [] word;

    /** A command has come; null if there is none of its name. */
    void is(@Nullable CommandSpec newSpec, List<byte[]> command) {
        spec = newSpec;
        if (newSpec != null && newSpec.has(Trait.ADMIN)) {
            byte[] first = command.size() > 1 ? command.get(1) : null;
            word = first != null && first.length <= MAX_WORD_LENGTH ? first : null;
        }
    }

    /** Whether it is a word that can be shown to others: any client may have sent anything. */
    private static boolean isPlain(byte[] shown) {
        for (byte each : shown) {
            boolean isLetter = (each | 0x20) >= 'a' && (each | 0x20) <= 'z';
            if (!isLetter && !(each >= '0' && each <= '9') && each != '-' && each != '_') {
                return false;
            }
        }
        return shown.length > 0;
    }

    /** As {@code CLIENT LIST} shows it. */
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
