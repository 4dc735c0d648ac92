package io.nvmredis.it.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What an object does when one client alone uses it. States are immutable, and have {@code equals}. */
enum SharedObject {
    /** Holds a string, "" at first: {@code get}, {@code set value}, {@code swap value}, {@code cas expected value}. */
    REGISTER {
        @Override
        Object initialState() {
            return "";
        }

        @Override
        Optional<Object> step(Object state, Operation operation) {
            return switch (operation.name()) {
                case "get" -> next(state, operation, state);
                case "set" -> next(operation.arguments().get(0), operation, "OK");
                case "swap" -> next(operation.arguments().get(0), operation, state);
                case "cas" -> {
                    boolean isDone = state.equals(operation.arguments().get(0));
                    yield next(isDone ? operation.arguments().get(1) : state, operation, isDone ? 1L : 0L);
                }
                default -> throw new IllegalArgumentException(operation.name());
            };
        }
    },
    /** Holds a number, 0 at first: {@code get}, {@code add amount}. */
    COUNTER {
        @Override
        Object initialState() {
            return 0L;
        }

        @Override
        Optional<Object> step(Object state, Operation operation) {
            if (operation.isRead()) {
                return next(state, operation, state);
            }
            long sum = (Long) state + Long.parseLong(operation.arguments().get(0));
            return next(sum, operation, sum);
        }
    },
    /** A queue of strings: {@code get}, {@code push value}, {@code pop}. */
    QUEUE {
        @Override
        Object initialState() {
            return List.of();
        }

        @Override
        Optional<Object> step(Object state, Operation operation) {
            List<?> elements = (List<?>) state;
            return switch (operation.name()) {
                case "get" -> next(state, operation, state);
                case "push" -> {
                    List<Object> longer = new ArrayList<>(elements);
                    longer.add(operation.arguments().get(0));
                    yield next(longer, operation, (long) longer.size());
                }
                case "pop" ->
                    elements.isEmpty()
                            ? next(state, operation, null)
                            : next(elements.subList(1, elements.size()), operation, elements.get(0));
                default -> throw new IllegalArgumentException(operation.name());
            };
        }
    },
    /** Two strings, "" at first: {@code get}, {@code set both}, {@code left value}, which returns both as they were. */
    PAIR {
        @Override
        Object initialState() {
            return List.of("", "");
        }

        @Override
        Optional<Object> step(Object state, Operation operation) {
            return switch (operation.name()) {
                case "get" -> next(state, operation, state);
                case "set" ->
                    next(
                            List.of(
                                    operation.arguments().get(0),
                                    operation.arguments().get(0)),
                            operation,
                            "OK");
                case "left" ->
                    next(Arrays.asList(operation.arguments().get(0), ((List<?>) state).get(1)), operation, state);
                default -> throw new IllegalArgumentException(operation.name());
            };
        }
    };

    abstract Object initialState();

    /** The state that the operation leaves; none if it cannot have had its result in this one. */
    abstract Optional<Object> step(Object state, Operation operation);

    private static Optional<Object> next(Object state, Operation operation, Object result) {
        boolean isPossible = !operation.isAnswered() || Objects.equals(result, operation.result());
        return isPossible ? Optional.of(state) : Optional.empty();
    }
}
