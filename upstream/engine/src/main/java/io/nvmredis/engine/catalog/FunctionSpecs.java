package io.nvmredis.engine.catalog;

import io.nvmredis.engine.catalog.CommandSpec.Trait;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Traits of the subcommands of FUNCTION: some change data, and two run Lua as a script does. */
final class FunctionSpecs {
    private static final int MAX_LENGTH = "restore".length();

    private static final Map<String, Set<Trait>> TRAITS = Map.of(
            "load", EnumSet.of(Trait.WRITE, Trait.DENYOOM, Trait.SCRIPT),
            "restore", EnumSet.of(Trait.WRITE, Trait.DENYOOM, Trait.SCRIPT),
            "delete", EnumSet.of(Trait.WRITE),
            "flush", EnumSet.of(Trait.WRITE),
            "dump", EnumSet.of(Trait.READONLY),
            "list", EnumSet.of(Trait.READONLY),
            "stats", EnumSet.of(Trait.READONLY, Trait.ALLOW_BUSY),
            "kill", EnumSet.of(Trait.ADMIN, Trait.ALLOW_BUSY),
            "help", EnumSet.of(Trait.ADMIN, Trait.LOADING));

    private FunctionSpecs() {}

    static CommandSpec of(CommandSpec function, List<byte[]> words) {
        if (words.size() < 2 || words.get(1).length > MAX_LENGTH) {
            return function;
        }
        String subcommand = new String(words.get(1), StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        Set<Trait> traits = TRAITS.get(subcommand);
        return traits == null
                ? function
                : new CommandSpec(function.index(), function.name(), function.arity(), traits, 0, 0, 0, true);
    }
}
