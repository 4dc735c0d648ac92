package io.nvmredis.it.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.ValueResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionResult;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.kotlinx.lincheck.execution.HBClock;
import org.jetbrains.kotlinx.lincheck.execution.ResultWithClock;
import org.jetbrains.kotlinx.lincheck.verifier.linearizability.LinearizabilityVerifier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lincheck's verifier decides as the checker does: its search is another, and so are the classes that say what an object
 * does. It knows no operation without an answer, so all have one here.
 */
class LincheckComparisonTest {
    private static final int HISTORIES = 3_000;
    private static final int MOST_OPERATIONS = 7;
    private static final int LONGEST_NANOS = 40;

    private final long seed = Long.getLong("history.seed", System.nanoTime());

    /** A string. */
    public static final class Register {
        private String value = "";

        public String get() {
            return value;
        }

        public String set(String newValue) {
            value = newValue;
            return "OK";
        }

        public String swap(String newValue) {
            String old = value;
            value = newValue;
            return old;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Register register && register.value.equals(value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    /** A number. */
    public static final class Counter {
        private long sum;

        public long get() {
            return sum;
        }

        public long add(String amount) {
            sum += Long.parseLong(amount);
            return sum;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Counter counter && counter.sum == sum;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(sum);
        }
    }

    /** Strings, first in, first out. */
    public static final class Queue {
        private final ArrayDeque<String> elements = new ArrayDeque<>();

        public List<String> get() {
            return List.copyOf(elements);
        }

        public long push(String element) {
            elements.add(element);
            return elements.size();
        }

        /** Null if there is none. */
        public String pop() {
            return elements.poll();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Queue queue && queue.get().equals(get());
        }

        @Override
        public int hashCode() {
            return get().hashCode();
        }
    }

    private enum Kind {
        REGISTER(SharedObject.REGISTER, Register.class),
        COUNTER(SharedObject.COUNTER, Counter.class),
        QUEUE(SharedObject.QUEUE, Queue.class);

        private final SharedObject object;
        private final Class<?> specification;

        Kind(SharedObject object, Class<?> specification) {
            this.object = object;
            this.specification = specification;
        }

        /** What can be done with the object, in an order that is always the same. */
        private List<Method> methods() {
            return Arrays.stream(specification.getDeclaredMethods())
                    .filter(method -> !List.of("equals", "hashCode").contains(method.getName()))
                    .sorted(Comparator.comparing(Method::getName))
                    .toList();
        }

        Method method(String name) {
            return methods().stream()
                    .filter(method -> method.getName().equals(name))
                    .findAny()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldDecideAsLincheckDoes(Kind kind) throws Exception {
        System.out.println("-Dhistory.seed=" + seed);
        Random random = new Random(seed);
        LinearizabilityVerifier verifier = new LinearizabilityVerifier(kind.specification);
        int linearizable = 0;
        for (int i = 0; i < HISTORIES; i++) {
            List<Operation> history = history(kind, random);
            boolean isLinearizable =
                    LinearizabilityChecker.findFault(kind.object, history).isEmpty();
            assertThat(isLinearizable)
                    .as("-Dhistory.seed=%d: an order explains %s", seed, history)
                    .isEqualTo(verifier.verifyResults(scenario(kind, history), results(history)));
            linearizable += isLinearizable ? 1 : 0;
        }
        assertThat(linearizable).isBetween(HISTORIES / 5, HISTORIES * 19 / 20);
    }

    /** What clients see of an object on which each operation happens at a moment; half the time one result is another's. */
    private static List<Operation> history(Kind kind, Random random) throws Exception {
        record Planned(String name, List<String> arguments, long begin, long moment, long end) {}
        List<Planned> planned = new ArrayList<>();
        for (int i = 1 + random.nextInt(MOST_OPERATIONS); i > 0; i--) {
            Method method = kind.methods().get(random.nextInt(kind.methods().size()));
            long moment = random.nextInt(LONGEST_NANOS);
            planned.add(new Planned(
                    method.getName(),
                    method.getParameterCount() == 0 ? List.of() : List.of(Integer.toString(1 + random.nextInt(2))),
                    moment - 1 - random.nextInt(10),
                    moment,
                    moment + 1 + random.nextInt(10)));
        }
        planned.sort(Comparator.comparingLong(Planned::moment));
        Object object = kind.specification.getConstructor().newInstance();
        List<Operation> history = new ArrayList<>();
        for (Planned next : planned) {
            Object result =
                    kind.method(next.name()).invoke(object, next.arguments().toArray());
            history.add(new Operation(0, next.name(), next.arguments(), result, true, next.begin(), next.end()));
        }
        if (random.nextBoolean()) {
            falsify(history, random);
        }
        return history;
    }

    /** Gives an operation the result of one of its name. */
    private static void falsify(List<Operation> history, Random random) {
        int chosen = random.nextInt(history.size());
        Operation operation = history.get(chosen);
        history.stream()
                .filter(other -> other.name().equals(operation.name()))
                .filter(other -> !Objects.equals(other.result(), operation.result()))
                .findAny()
                .ifPresent(other -> history.set(
                        chosen,
                        new Operation(
                                0,
                                operation.name(),
                                operation.arguments(),
                                other.result(),
                                true,
                                operation.beginNanos(),
                                operation.endNanos())));
    }

    /** A thread for each operation. */
    private static ExecutionScenario scenario(Kind kind, List<Operation> history) {
        List<List<Actor>> threads = history.stream()
                .map(operation -> List.of(new Actor(kind.method(operation.name()), operation.arguments())))
                .toList();
        return new ExecutionScenario(List.of(), threads, List.of(), null);
    }

    /** An operation has seen those that had ended when it began. */
    private static ExecutionResult results(List<Operation> history) {
        List<List<ResultWithClock>> results = new ArrayList<>();
        for (Operation operation : history) {
            int[] ended = history.stream()
                    .mapToInt(other -> other.endNanos() < operation.beginNanos() ? 1 : 0)
                    .toArray();
            results.add(List.of(new ResultWithClock(new ValueResult(operation.result()), new HBClock(ended))));
        }
        return new ExecutionResult(List.of(), results, List.of());
    }
}
