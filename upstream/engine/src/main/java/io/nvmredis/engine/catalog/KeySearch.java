package io.nvmredis.engine.catalog;

import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.KeySpec.AtIndex;
import io.nvmredis.engine.catalog.KeySpec.BehindWord;
import io.nvmredis.engine.catalog.KeySpec.Counted;
import io.nvmredis.engine.catalog.KeySpec.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Search for the keys among the words of a command, by its {@link KeySpec}s. Where they do not suffice, {@link
 * WordsWithKeys} knows more. An instance is used once.
 */
public final class KeySearch {
    /**
     * A key that was found.
     *
     * @param position among the words
     * @param flags what the command does with it; empty if that is not known
     */
    public record Found(int position, List<String> flags) {}

    private static final int NOWHERE = -1;

    private final CommandFacts facts;
    private final List<byte[]> words;
    private final List<Found> found = new ArrayList<>();

    private KeySearch(CommandFacts facts, List<byte[]> words) {
        this.facts = facts;
        this.words = words;
    }

    /** Returns the keys among the words of a command; none if the words are not as the command needs them. */
    public static List<Found> keys(CommandFacts facts, List<byte[]> words) {
        KeySearch search = new KeySearch(facts, words);
        boolean isReliable = facts.keys().stream().noneMatch(key -> key.flags().contains(KeySpec.VARIABLE_FLAGS));
        return isReliable && search.succeeds() ? search.found : WordsWithKeys.keys(facts.name(), words);
    }

    /** Follows all specifications; returns false if one of them tells nothing about these words. */
    private boolean succeeds() {
        for (KeySpec key : facts.keys()) {
            if (key.isKey() && !follow(key)) {
                return false;
            }
        }
        return true;
    }

    private boolean follow(KeySpec key) {
        if (key.begin() instanceof AtIndex begin) {
            return find(key, begin.index());
        }
        if (key.begin() instanceof BehindWord begin) {
            int first = behind(begin);
            return first == NOWHERE || find(key, first);
        }
        return false;
    }

    private int behind(BehindWord begin) {
        boolean isForward = begin.from() > 0;
        int from = isForward ? begin.from() : words.size() + begin.from();
        int end = isForward ? words.size() - 1 : 1;
        int step = from <= end ? 1 : -1;
        for (int i = from; i != end && i >= 1 && i < words.size(); i += step) {
            if (Words.equalsIgnoreCase(words.get(i), begin.word().toLowerCase(Locale.ROOT))) {
                return i + 1;
            }
        }
        return NOWHERE;
    }

    private boolean find(KeySpec key, int begin) {
        if (key.find() instanceof Range range) {
            return add(key, begin, last(range, begin), range.step());
        }
        if (key.find() instanceof Counted counted) {
            int at = begin + counted.index();
            OptionalLong count = at < words.size() ? Numbers.parseAny(words.get(at)) : OptionalLong.empty();
            if (count.isEmpty() || count.getAsLong() < 0 || count.getAsLong() > words.size()) {
                return false;
            }
            int first = begin + counted.first();
            return add(key, first, first + (int) count.getAsLong() - 1, counted.step());
        }
        return false;
    }

    private int last(Range range, int first) {
        if (range.last() >= 0) {
            return first + range.last();
        }
        return range.limit() == 0
                ? words.size() + range.last()
                : first + (words.size() - first) / range.limit() + range.last();
    }

    private boolean add(KeySpec key, int first, int last, int step) {
        if (last >= words.size() || last < first || first >= words.size()) {
            return false;
        }
        for (int i = first; i <= last; i += step) {
            found.add(new Found(i, key.flags()));
        }
        return !key.flags().contains(KeySpec.INCOMPLETE);
    }
}
