package io.nvmredis.engine.catalog;

import java.util.List;

/**
 * Where some keys of a command stand among its words, and what the command does with them.
 *
 * @param note what a reader should know beside it; "" if nothing
 * @param flags what the command does with these keys, in Redis's words
 * @param begin where the search for keys begins
 * @param find which words from there on are keys
 */
public record KeySpec(String note, List<String> flags, Begin begin, Find find) {
    /** Flag of words that are not keys, but decide on a place in a cluster as keys do. */
    public static final String NOT_KEY = "not_key";

    /** Flag of keys that are told incompletely. */
    static final String INCOMPLETE = "incomplete";

    /** Flag of keys with which the command does less than is told, if its words say so. */
    static final String VARIABLE_FLAGS = "variable_flags";

    /** Where the search for keys begins. */
    public sealed interface Begin {}

    /** The search begins at a position among the words, of which the command's name is the first. */
    public record AtIndex(int index) implements Begin {}

    /** The search begins behind a word, which is looked for from a position on; from the end if that is negative. */
    public record BehindWord(String word, int from) implements Begin {}

    /** Which words are keys. */
    public sealed interface Find {}

    /**
     * Every {@code step}-th word is a key.
     *
     * @param last the last key's distance from the first, or from the end if it is negative
     * @param limit part of the words that may be keys: 2 is the half of them; 0 and 1 are all
     */
    public record Range(int last, int step, int limit) implements Find {}

    /**
     * A word says how many keys there are.
     *
     * @param index distance of that word from where the search began
     * @param first distance of the first key from there
     */
    public record Counted(int index, int first, int step) implements Find {}

    /** Nothing tells it but the command itself. */
    public record Unknown() implements Begin, Find {}

    public boolean isKey() {
        return !flags.contains(NOT_KEY);
    }

    /** Reads a line such as {@code RO access: index 1, range 0 1 0}. */
    static KeySpec parse(Outline line) {
        String[] parts = line.rest().split(": |, ", -1);
        return new KeySpec(
                line.text("note"),
                List.of(parts[0].split(" ", -1)),
                begin(parts[1].split(" ", -1)),
                find(parts[2].split(" ", -1)));
    }

    private static Begin begin(String[] words) {
        return switch (words[0]) {
            case "index" -> new AtIndex(Integer.parseInt(words[1]));
            case "keyword" -> new BehindWord(words[1], Integer.parseInt(words[2]));
            default -> new Unknown();
        };
    }

    private static Find find(String[] words) {
        return switch (words[0]) {
            case "range" ->
                new Range(Integer.parseInt(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
            case "keynum" ->
                new Counted(Integer.parseInt(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
            default -> new Unknown();
        };
    }
}
