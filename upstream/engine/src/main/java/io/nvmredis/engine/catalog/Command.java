package io.nvmredis.engine.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Command as a client has sent it, with its entry in {@link CommandTable}, which is looked up once.
 *
 * @param spec null if the table has no such command
 * @param words at least one, the name
 */
public record Command(@Nullable CommandSpec spec, List<byte[]> words) {

    /** Looks the command up that these words name. */
    public static Command of(List<byte[]> words) {
        return new Command(CommandTable.find(words), words);
    }
}
