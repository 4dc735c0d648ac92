package io.nvmredis.engine.access;

import io.nvmredis.engine.catalog.CommandFacts;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A command or a subcommand as rules see it.
 *
 * @param id position among all commands and subcommands
 * @param name in lower case; a subcommand's is written {@code client|list}
 * @param categories without the sign @
 * @param facts null if rules may name the command and this server does not have it
 * @param isNew whether Redis 7.0 lacks it
 */
record RuledCommand(
        int id,
        String name,
        Set<String> categories,
        @Nullable CommandFacts facts,
        boolean isNew,
        List<RuledCommand> subcommands) {

    boolean isSubcommand() {
        return name.indexOf('|') >= 0;
    }

    /** Returns the subcommand of this word, in upper or lower case; null if there is none. */
    @Nullable
    RuledCommand subcommand(String word) {
        String wanted = name + "|" + word.toLowerCase(Locale.ROOT);
        for (RuledCommand each : subcommands) {
            if (each.name.equals(wanted)) {
                return each;
            }
        }
        return null;
    }
}
