package io.nvmredis.engine.access;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The commands that a selector allows, and first words with which commands are allowed that are not so otherwise. Not
 * changed any more once it belongs to a selector; then any thread may use it.
 */
final class CommandSet {
    private final BitSet allowed = new BitSet();
    private final Map<Integer, List<String>> firstWords = new HashMap<>();
    /** Whether all commands have been allowed at once, and then some forbidden perhaps. */
    private boolean beganWithAll;
    /** Whether nothing has been forbidden since all commands were allowed at once. */
    private boolean isAll;

    CommandSet() {}

    CommandSet(CommandSet other) {
        allowed.or(other.allowed);
        other.firstWords.forEach((id, words) -> firstWords.put(id, new ArrayList<>(words)));
        beganWithAll = other.beganWithAll;
        isAll = other.isAll;
    }

    boolean isAll() {
        return isAll;
    }

    boolean beganWithAll() {
        return beganWithAll;
    }

    boolean allows(RuledCommand command) {
        return allowed.get(command.id());
    }

    /** Returns the first words with which a command is allowed. */
    List<String> firstWords(RuledCommand command) {
        return firstWords.getOrDefault(command.id(), List.of());
    }

    void allowAll() {
        allowed.set(0, RuledCommands.count());
        firstWords.clear();
        beganWithAll = true;
        isAll = true;
    }

    void forbidAll() {
        allowed.clear();
        firstWords.clear();
        beganWithAll = false;
        isAll = false;
    }

    /** Allows or forbids a command with all its subcommands. */
    void set(RuledCommand command, boolean isAllowed) {
        put(command, isAllowed);
        firstWords.remove(command.id());
        command.subcommands().forEach(each -> put(each, isAllowed));
    }

    private void put(RuledCommand command, boolean isAllowed) {
        allowed.set(command.id(), isAllowed);
        if (!isAllowed) {
            isAll = false;
        }
    }

    /** Allows or forbids what belongs to a category; a command that does takes its subcommands with it. */
    void setCategory(String category, boolean isAllowed) {
        forEach(command -> {
            if (command.categories().contains(category)) {
                set(command, isAllowed);
            }
        });
    }

    /** Allows a command with this first word. */
    void allowFirstWord(RuledCommand command, String word) {
        List<String> words = firstWords.computeIfAbsent(command.id(), id -> new ArrayList<>());
        if (words.stream().noneMatch(each -> isSame(each, word))) {
            words.add(word);
        }
    }

    /** Returns about how many bytes the first words take. */
    long firstWordBytes() {
        return firstWords.values().stream()
                .flatMap(List::stream)
                .mapToLong(each -> 100L + each.length())
                .sum();
    }

    /** Compares words as Redis does, which knows the letters of ASCII alone. */
    static boolean isSame(String one, String other) {
        return one.length() == other.length() && lower(one).equals(lower(other));
    }

    private static String lower(String word) {
        return word.chars().allMatch(each -> each < 0x80) ? word.toLowerCase(Locale.ROOT) : word;
    }

    /** Passes each command, and behind it each of its subcommands. */
    static void forEach(Consumer<RuledCommand> action) {
        for (RuledCommand command : RuledCommands.all()) {
            action.accept(command);
            command.subcommands().forEach(action);
        }
    }
}
