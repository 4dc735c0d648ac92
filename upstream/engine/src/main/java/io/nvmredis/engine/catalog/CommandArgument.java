package io.nvmredis.engine.catalog;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Argument of a command, as {@code COMMAND DOCS} explains it.
 *
 * @param type for example key, integer, or oneof if it is one of several arguments
 * @param keySpec index of the {@link KeySpec} that finds it; -1 if none does
 * @param token word before the argument, or the argument itself; null if there is none
 * @param since release that has brought it; "" if it is as old as the command
 * @param deprecatedSince release since which it should not be used; "" if it may be
 * @param flags optional, multiple, multiple_token
 * @param arguments what it is made of
 */
public record CommandArgument(
        String name,
        String type,
        int keySpec,
        @Nullable String token,
        String since,
        String deprecatedSince,
        List<String> flags,
        List<CommandArgument> arguments) {

    /** Reads a line such as {@code argument key key optional spec=0 token=STORE}. */
    static CommandArgument parse(Outline line) {
        String[] words = line.rest().split(" ", -1);
        int keySpec = -1;
        String token = null;
        String since = "";
        String deprecatedSince = "";
        List<String> flags = new ArrayList<>();
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            String value = words[i].substring(equals + 1);
            switch (equals < 0 ? "" : words[i].substring(0, equals)) {
                case "" -> flags.add(value);
                case "spec" -> keySpec = Integer.parseInt(value);
                case "token" -> token = value;
                case "since" -> since = value;
                case "deprecated" -> deprecatedSince = value;
                default -> throw new IllegalStateException(line.rest());
            }
        }
        return new CommandArgument(
                words[0],
                words[1],
                keySpec,
                token,
                since,
                deprecatedSince,
                List.copyOf(flags),
                line.all("argument").stream().map(CommandArgument::parse).toList());
    }
}
