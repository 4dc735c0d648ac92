package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.bytes.ScoreWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/** Range of consecutive members of a sorted set, given by ranks, by scores or by members. */
interface MemberRange {

    /** Returns the members from the first to the last, or reversed. The set must not change meanwhile. */
    Iterator<ZSetEntry> of(RMZSet set, boolean isReversed);

    /** Returns how many members of the set are in the range. */
    default long count(RMZSet set) {
        long count = 0;
        for (Iterator<ZSetEntry> members = of(set, false); members.hasNext(); members.next()) {
            count++;
        }
        return count;
    }

    /** Returns the members in a list of its own, which stays the same while the set changes. */
    default List<ZSetEntry> list(RMZSet set) {
        List<ZSetEntry> members = new ArrayList<>();
        of(set, false).forEachRemaining(members::add);
        return members;
    }

    /**
     * Members from one rank to another, both included. Ranks count from the end that is shown first, negative ranks
     * from the other end.
     */
    record Ranks(long start, long stop) implements MemberRange {
        @Override
        public Iterator<ZSetEntry> of(RMZSet set, boolean isReversed) {
            long size = set.size();
            long first = Math.max(0, start < 0 ? start + size : start);
            long last = Math.min(size - 1, stop < 0 ? stop + size : stop);
            if (first > last) {
                return Collections.emptyIterator();
            }
            return first <= size - 1 - last
                    ? limited(set.entries(isReversed).iterator(), first, last)
                    : fromOtherSide(set.entries(!isReversed).iterator(), size - 1 - last, size - 1 - first);
        }

        private static Iterator<ZSetEntry> limited(Iterator<ZSetEntry> members, long first, long last) {
            for (long i = 0; i < first; i++) {
                members.next();
            }
            return new Iterator<>() {
                private long left = last - first + 1;

                @Override
                public boolean hasNext() {
                    return left > 0;
                }

                @Override
                public ZSetEntry next() {
                    left--;
                    return members.next();
                }
            };
        }

        private static Iterator<ZSetEntry> fromOtherSide(Iterator<ZSetEntry> members, long first, long last) {
            List<ZSetEntry> found = new ArrayList<>();
            limited(members, first, last).forEachRemaining(found::add);
            Collections.reverse(found);
            return found.iterator();
        }
    }

    /** Members from one score to another, each of which is included or excluded. */
    record Scores(double min, boolean isMinOut, double max, boolean isMaxOut) implements MemberRange {

        static Scores parse(byte[] min, byte[] max) {
            return new Scores(bound(min), isOut(min), bound(max), isOut(max));
        }

        private static boolean isOut(byte[] word) {
            return word.length > 0 && word[0] == '(';
        }

        private static double bound(byte[] word) {
            double bound = ScoreWords.parseBound(word, isOut(word) ? 1 : 0);
            if (Double.isNaN(bound)) {
                throw new ArgumentException("ERR min or max is not a float");
            }
            return bound;
        }

        @Override
        public Iterator<ZSetEntry> of(RMZSet set, boolean isReversed) {
            if (min > max || (min == max && (isMinOut || isMaxOut))) {
                return Collections.emptyIterator();
            }
            NavigableSet<ZSetEntry> members =
                    set.entries(false).tailSet(before(isMinOut ? Math.nextUp(min) : min), true);
            if (isMaxOut || max != Double.POSITIVE_INFINITY) {
                members = members.headSet(before(isMaxOut ? max : Math.nextUp(max)), false);
            }
            return isReversed ? members.descendingIterator() : members.iterator();
        }

        /** Returns an entry that sorts before all members of this score. */
        private static ZSetEntry before(double score) {
            // Adding 0.0 makes -0.0 equal to 0.0: a set has only one zero.
            return new ZSetEntry(score + 0.0, Slice.empty());
        }
    }

    /** Members from one to another in the order of their bytes, in a set whose members all have the same score. */
    record Members(Bound min, Bound max) implements MemberRange {

        static Members parse(byte[] min, byte[] max) {
            return new Members(Bound.parse(min), Bound.parse(max));
        }

        /**
         * One end of the range.
         *
         * @param member null if the end is beyond all members
         * @param side -1 before all members, 1 behind all members, else 0
         */
        record Bound(@Nullable Slice member, int side, boolean isOut) {
            private static Bound parse(byte[] word) {
                char first = word.length == 0 ? 0 : (char) word[0];
                return switch (first) {
                    case '-', '+' -> beyond(word, first == '-' ? -1 : 1);
                    case '[', '(' -> new Bound(Slice.create(Arrays.copyOfRange(word, 1, word.length)), 0, first == '(');
                    default -> throw invalid();
                };
            }

            private static Bound beyond(byte[] word, int side) {
                if (word.length > 1) {
                    throw invalid();
                }
                return new Bound(null, side, true);
            }

            private static ArgumentException invalid() {
                return new ArgumentException("ERR min or max not valid string range item");
            }

            /**
             * Compares this end with a member: negative if it is before it, positive if behind it, 0 if it is that
             * member.
             */
            private int compareTo(Slice other) {
                return member == null ? side : member.compareTo(other);
            }
        }

        private boolean isEmpty() {
            Slice last = max.member();
            int order = last == null ? Integer.compare(min.side(), max.side()) : min.compareTo(last);
            return order > 0 || (order == 0 && (min.isOut() || max.isOut()));
        }

        private boolean isFromMin(ZSetEntry entry) {
            int order = min.compareTo(entry.getValue());
            return order < 0 || (order == 0 && !min.isOut());
        }

        private boolean isToMax(ZSetEntry entry) {
            int order = max.compareTo(entry.getValue());
            return order > 0 || (order == 0 && !max.isOut());
        }

        @Override
        public Iterator<ZSetEntry> of(RMZSet set, boolean isReversed) {
            NavigableSet<ZSetEntry> all = set.entries(false);
            if (all.isEmpty() || isEmpty()) {
                return Collections.emptyIterator();
            }
            if (all.first().getScore() != all.last().getScore()) {
                return ofMixedScores(set.entries(isReversed), isReversed);
            }
            double score = all.first().getScore();
            if (min.member() != null) {
                all = all.tailSet(new ZSetEntry(score, min.member()), !min.isOut());
            }
            if (max.member() != null) {
                all = all.headSet(new ZSetEntry(score, max.member()), !max.isOut());
            }
            return isReversed ? all.descendingIterator() : all.iterator();
        }

        /** Returns what Redis returns for a small set of several scores, for which it promises nothing. */
        private Iterator<ZSetEntry> ofMixedScores(NavigableSet<ZSetEntry> members, boolean isReversed) {
            List<ZSetEntry> found = new ArrayList<>();
            if (!isFromMin(isReversed ? members.first() : members.last())
                    || !isToMax(isReversed ? members.last() : members.first())) {
                return Collections.emptyIterator();
            }
            boolean hasBegun = false;
            for (ZSetEntry member : members) {
                hasBegun |= isReversed ? isToMax(member) : isFromMin(member);
                if (hasBegun && !(isReversed ? isFromMin(member) : isToMax(member))) {
                    break;
                }
                if (hasBegun) {
                    found.add(member);
                }
            }
            return found.iterator();
        }
    }
}
