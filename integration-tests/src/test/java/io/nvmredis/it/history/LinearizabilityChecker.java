package io.nvmredis.it.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether each operation of a history can have happened at one moment between its begin and its end, and one that was
 * not answered at such a moment or never.
 *
 * <p>The search is Wing and Gong's in the just-in-time form of Gavin Lowe, "Testing for linearizability" (2017): it goes
 * through begins and ends in the order of time and keeps all states that the object can be in, each with the operations
 * under way that have happened in it. An operation is made to happen when its end comes, after any others under way. So
 * memory depends on how many operations are under way at a time, not on how long the history is.
 */
final class LinearizabilityChecker {
    private static final int MOST_UNDER_WAY = Long.SIZE;
    private static final int SHOWN = 30;

    /** A state that the object can be in, and which operations under way have happened by then, a bit for each. */
    private record Situation(Object state, long happened) {}

    private record Event(int index, boolean isEnd, long nanos) {}

    private final SharedObject object;
    private final List<Operation> operations;
    /** The place in {@link #underWay} of each operation that is. */
    private final int[] places;

    private final Operation[] underWay = new Operation[MOST_UNDER_WAY];
    private Set<Situation> situations = new HashSet<>();

    private LinearizabilityChecker(SharedObject object, List<Operation> operations) {
        this.object = object;
        this.operations = operations;
        this.places = new int[operations.size()];
    }

    /** What is wrong with a history; nothing if there is an order that explains it. */
    static Optional<String> findFault(SharedObject object, List<Operation> operations) {
        return new LinearizabilityChecker(object, operations).findFault();
    }

    private Optional<String> findFault() {
        situations.add(new Situation(object.initialState(), 0));
        for (Event event : events()) {
            if (!event.isEnd()) {
                begin(event.index());
                continue;
            }
            Set<Situation> before = situations;
            situations = end(event.index());
            if (situations.isEmpty()) {
                return Optional.of(describe(operations.get(event.index()), before));
            }
            underWay[places[event.index()]] = null;
        }
        return Optional.empty();
    }

    /** Of two at one time the begin comes first: they overlap. */
    private List<Event> events() {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            events.add(new Event(i, false, operations.get(i).beginNanos()));
            events.add(new Event(i, true, operations.get(i).endNanos()));
        }
        events.sort(Comparator.comparingLong(Event::nanos).thenComparing(Event::isEnd));
        return events;
    }

    private void begin(int index) {
        int place = 0;
        while (underWay[place] != null) {
            place++;
        }
        underWay[place] = operations.get(index);
        places[index] = place;
    }

    /** All situations in which the operation has happened; also those in which it has not, if it was not answered. */
    private Set<Situation> end(int index) {
        long bit = 1L << places[index];
        Set<Situation> ended = new HashSet<>();
        Set<Situation> met = new HashSet<>(situations);
        Deque<Situation> open = new ArrayDeque<>(situations);
        while (!open.isEmpty()) {
            Situation situation = open.pop();
            if ((situation.happened() & bit) != 0) {
                ended.add(new Situation(situation.state(), situation.happened() & ~bit));
                continue;
            }
            if (!operations.get(index).isAnswered()) {
                ended.add(situation);
            }
            for (int place = 0; place < MOST_UNDER_WAY; place++) {
                happen(situation, place).filter(met::add).ifPresent(open::push);
            }
        }
        return ended;
    }

    private Optional<Situation> happen(Situation situation, int place) {
        long bit = 1L << place;
        if (underWay[place] == null || (situation.happened() & bit) != 0) {
            return Optional.empty();
        }
        return object.step(situation.state(), underWay[place])
                .map(state -> new Situation(state, situation.happened() | bit));
    }

    private String describe(Operation impossible, Set<Situation> before) {
        List<String> states = before.stream()
                .map(situation -> situation.state().toString())
                .distinct()
                .limit(SHOWN)
                .toList();
        List<String> earlier = operations.stream()
                .filter(operation -> operation.beginNanos() <= impossible.endNanos())
                .sorted(Comparator.comparingLong(Operation::endNanos).reversed())
                .limit(SHOWN)
                .map(Operation::toString)
                .toList();
        return object + ": no order explains\n  " + impossible + "\nafter the states " + states
                + "; the latest first:\n  " + String.join("\n  ", earlier);
    }
}
