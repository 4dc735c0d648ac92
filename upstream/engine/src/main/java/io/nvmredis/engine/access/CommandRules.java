package io.nvmredis.engine.access;

import io.nvmredis.engine.access.AclFault.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and writes the rules that allow and forbid commands. Any thread. */
final class CommandRules {
    private CommandRules() {}

    /** Applies a rule that begins with a plus or a minus sign. */
    static void apply(String rule, CommandSet commands) throws AclFault {
        boolean isAllowed = rule.charAt(0) == '+';
        String name = rule.substring(1);
        if (name.startsWith("@")) {
            String category = name.substring(1).toLowerCase(Locale.ROOT);
            if (!RuledCommands.CATEGORIES.contains(category)) {
                throw new AclFault(Kind.UNKNOWN);
            }
            commands.setCategory(category, isAllowed);
        } else if (isAllowed && name.indexOf('|') >= 0) {
            allow(name, commands);
        } else {
            commands.set(known(name), isAllowed);
        }
    }

    /** Allows a subcommand, or a command with one first word. */
    private static void allow(String name, CommandSet commands) throws AclFault {
        int bar = name.lastIndexOf('|');
        RuledCommand command = known(name.substring(0, bar));
        if (command.isSubcommand()) {
            throw new AclFault(Kind.WORD_OF_SUBCOMMAND);
        }
        String word = name.substring(bar + 1);
        if (word.isEmpty()) {
            throw new AclFault(Kind.SYNTAX);
        }
        if (command.subcommands().isEmpty()) {
            commands.allowFirstWord(command, word);
        } else {
            commands.set(known(name), true);
        }
    }

    private static RuledCommand known(String name) throws AclFault {
        RuledCommand command = RuledCommands.named(name);
        if (command == null) {
            throw new AclFault(Kind.UNKNOWN);
        }
        return command;
    }

    /**
     * Returns rules that make this set of one that allows nothing, as Redis 7.0 chooses them: all or nothing, then the
     * categories that fit best, one after the other, then what is still missing or too much. Redis has the single
     * commands in an order that is another one at each start.
     */
    static String describe(CommandSet commands) {
        List<String> rules = new ArrayList<>();
        CommandSet described = new CommandSet();
        boolean adds = !commands.beganWithAll();
        rules.add(adds ? "-@all" : "+@all");
        if (!adds) {
            described.allowAll();
        }
        CommandSet left = new CommandSet(commands);
        Set<String> applied = new HashSet<>();
        for (String best = best(left, adds, applied); best != null; best = best(left, adds, applied)) {
            applied.add(best);
            rules.add((adds ? "+@" : "-@") + best);
            described.setCategory(best, adds);
            left.setCategory(best, !adds);
        }
        CommandSet.forEach(command -> {
            boolean isAllowed = commands.allows(command);
            if (isAllowed != described.allows(command)) {
                rules.add((isAllowed ? "+" : "-") + command.name());
                described.set(command, isAllowed);
            }
            if (!isAllowed) {
                commands.firstWords(command).forEach(word -> rules.add("+" + command.name() + "|" + word));
            }
        });
        return String.join(" ", rules);
    }

    /**
     * Returns the category whose rule puts most commands right and fewest wrong; null if none puts more right than
     * wrong. Commands that Redis 7.0 lacks have no vote.
     */
    private static @Nullable String best(CommandSet left, boolean adds, Set<String> applied) {
        String best = null;
        int fewestWrong = Integer.MAX_VALUE;
        int mostRight = 0;
        for (String category : RuledCommands.CATEGORIES) {
            if (applied.contains(category)) {
                continue;
            }
            int[] counts = {0, 0};
            CommandSet.forEach(command -> {
                if (!command.isNew() && command.categories().contains(category)) {
                    counts[left.allows(command) == adds ? 1 : 0]++;
                }
            });
            int wrong = counts[0];
            int right = counts[1];
            if (right > wrong && (wrong < fewestWrong || (wrong == fewestWrong && right > mostRight))) {
                best = category;
                fewestWrong = wrong;
                mostRight = right;
            }
        }
        return best;
    }
}
