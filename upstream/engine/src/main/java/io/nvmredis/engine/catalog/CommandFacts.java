package io.nvmredis.engine.catalog;

import java.util.ArrayList;
import java.util.List;

/**
 * What COMMAND tells of a command or of a subcommand.
 *
 * @param name in lower case; a subcommand's is written {@code client|list}
 * @param arity words including the name, and the subcommand's name; negative if there may be more
 * @param firstKey position of the first key, 0 if it has none
 * @param lastKey position of the last key, negative from the end
 * @param keyStep distance between two keys
 * @param flags in Redis's words
 * @param categories categories of access control, without the sign @
 * @param tips what a client or a proxy should know
 * @param keys where its keys stand
 * @param documentation what {@code COMMAND DOCS} tells
 * @param subcommands those that are served
 */
public record CommandFacts(
        String name,
        int arity,
        int firstKey,
        int lastKey,
        int keyStep,
        List<String> flags,
        List<String> categories,
        List<String> tips,
        List<KeySpec> keys,
        Documentation documentation,
        List<CommandFacts> subcommands) {

    /**
     * What {@code COMMAND DOCS} tells. A text is "" where there is nothing to tell.
     *
     * @param since release that has brought the command
     * @param group kind of commands that it belongs to
     * @param flags deprecated, syscmd
     */
    public record Documentation(
            String summary,
            String since,
            String group,
            String complexity,
            List<String> flags,
            String deprecatedSince,
            String replacedBy,
            List<CommandArgument> arguments) {

        static Documentation of(Outline command) {
            return new Documentation(
                    command.text("summary"),
                    command.text("since"),
                    command.text("group"),
                    command.text("complexity"),
                    command.words("doc_flags"),
                    command.text("deprecated_since"),
                    command.text("replaced_by"),
                    command.all("argument").stream().map(CommandArgument::parse).toList());
        }
    }

    /** Reads what a list tells of a command of the table. */
    static CommandFacts of(CommandSpec spec, Outline command) {
        List<CommandFacts> subcommands = new ArrayList<>();
        for (Outline each : command.all("subcommand")) {
            String[] words = each.rest().split(" ", -1);
            Integer arity = Arity.ofSubcommand(spec.name(), words[0]);
            if (arity != null) {
                subcommands.add(ofSubcommand(spec.name() + "|" + words[0], arity, words, each));
            }
        }
        return of(
                spec.name(),
                new int[] {spec.arity(), spec.firstKey(), spec.lastKey(), spec.keyStep()},
                command,
                List.copyOf(subcommands));
    }

    private static CommandFacts ofSubcommand(String name, int arity, String[] words, Outline lines) {
        int[] numbers = {arity, 0, 0, 0};
        for (int i = 1; i < words.length; i++) {
            numbers[i] = Integer.parseInt(words[i]);
        }
        return of(name, numbers, lines, List.of());
    }

    private static CommandFacts of(String name, int[] numbers, Outline lines, List<CommandFacts> subcommands) {
        return new CommandFacts(
                name,
                numbers[0],
                numbers[1],
                numbers[2],
                numbers[3],
                lines.words("flags"),
                lines.words("categories"),
                lines.all("tip").stream().map(Outline::rest).toList(),
                lines.all("key").stream().map(KeySpec::parse).toList(),
                Documentation.of(lines),
                subcommands);
    }

    /** Tells whether the command may have so many words. */
    public boolean admits(int wordCount) {
        return CommandSpec.admits(arity, wordCount);
    }

    /** Tells whether some word may be a key. */
    public boolean mayHaveKeys() {
        return keys.stream().anyMatch(KeySpec::isKey);
    }
}
