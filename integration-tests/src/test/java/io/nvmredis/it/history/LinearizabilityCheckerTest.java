package io.nvmredis.it.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The checker takes what an order explains and nothing else. */
class LinearizabilityCheckerTest {
    private static final int RANDOM_HISTORIES = 20_000;

    private final long seed = Long.getLong("history.seed", System.nanoTime());

    private static Operation operation(long begin, long end, Object result, String name, String... arguments) {
        return new Operation(0, name, List.of(arguments), result, true, begin, end);
    }

    private static boolean isLinearizable(SharedObject object, Operation... operations) {
        return LinearizabilityChecker.findFault(object, List.of(operations)).isEmpty();
    }

    @Test
    void shouldTakeAReadOfEitherValueWhileItIsWritten() {
        Operation set = operation(0, 10, "OK", "set", "a");
        assertThat(isLinearizable(SharedObject.REGISTER, set, operation(2, 4, "", "get"), operation(5, 8, "a", "get")))
                .isTrue();
        assertThat(isLinearizable(SharedObject.REGISTER, set, operation(2, 4, "a", "get"), operation(5, 8, "", "get")))
                .isFalse();
        assertThat(isLinearizable(SharedObject.REGISTER, set, operation(11, 12, "", "get")))
                .isFalse();
    }

    /** The server was killed after a reply and before the commit that the reply should have waited for. */
    @Test
    void shouldFindAnAcknowledgedWriteThatACrashTookBack() {
        Operation first = operation(0, 1, "OK", "set", "a");
        Operation second = operation(2, 3, "OK", "set", "b");
        Operation afterRestart = operation(10, 11, "a", "get");
        assertThat(isLinearizable(SharedObject.REGISTER, first, second, afterRestart))
                .isFalse();
        assertThat(isLinearizable(SharedObject.REGISTER, first, second.withoutAnswer(), afterRestart))
                .isTrue();
        assertThat(isLinearizable(
                        SharedObject.QUEUE,
                        operation(0, 1, 1L, "push", "a"),
                        operation(2, 3, "a", "pop"),
                        operation(10, 11, List.of("a"), "get")))
                .isFalse();
        assertThat(isLinearizable(
                        SharedObject.COUNTER, operation(0, 1, 1L, "add", "1"), operation(10, 11, 1L, "add", "1")))
                .isFalse();
    }

    /** A read was answered before the write that it saw was durable. */
    @Test
    void shouldFindAReadOfAValueThatACrashTookBack() {
        Operation write = operation(0, 5, null, "set", "a").withoutAnswer();
        Operation seen = operation(1, 2, "a", "get");
        Operation afterRestart = operation(10, 11, "", "get");
        assertThat(isLinearizable(SharedObject.REGISTER, write, afterRestart)).isTrue();
        assertThat(isLinearizable(SharedObject.REGISTER, write, seen, afterRestart))
                .isFalse();
    }

    /** Who was killed cannot act later. */
    @Test
    void shouldFindAWriteThatHappensAfterItsServerHasGone() {
        Operation write = operation(0, 5, null, "set", "a").withoutAnswer();
        assertThat(isLinearizable(
                        SharedObject.REGISTER, write, operation(10, 11, "", "get"), operation(12, 13, "a", "get")))
                .isFalse();
    }

    @Test
    void shouldFindHalfATransaction() {
        Operation set = operation(0, 5, null, "set", "a").withoutAnswer();
        assertThat(isLinearizable(SharedObject.PAIR, set, operation(10, 11, List.of("a", "a"), "get")))
                .isTrue();
        assertThat(isLinearizable(SharedObject.PAIR, set, operation(10, 11, List.of("a", ""), "get")))
                .isFalse();
    }

    /** Compares with a search of all orders, which takes too long for any history but the shortest. */
    @Test
    void shouldDecideAsASearchOfAllOrdersDoes() {
        System.out.println("-Dhistory.seed=" + seed);
        Random random = new Random(seed);
        int linearizable = 0;
        for (int i = 0; i < RANDOM_HISTORIES; i++) {
            SharedObject object = random.nextBoolean() ? SharedObject.REGISTER : SharedObject.COUNTER;
            List<Operation> history = history(object, random);
            boolean hasOrder = hasOrder(object, object.initialState(), history);
            assertThat(LinearizabilityChecker.findFault(object, history).isEmpty())
                    .as("-Dhistory.seed=%d: an order explains %s", seed, history)
                    .isEqualTo(hasOrder);
            linearizable += hasOrder ? 1 : 0;
        }
        assertThat(linearizable).isBetween(RANDOM_HISTORIES / 20, RANDOM_HISTORIES - RANDOM_HISTORIES / 20);
    }

    private static List<Operation> history(SharedObject object, Random random) {
        List<Operation> history = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            long begin = random.nextInt(12);
            long end = begin + 1 + random.nextInt(6);
            Operation operation = object == SharedObject.REGISTER
                    ? registerOperation(begin, end, random)
                    : random.nextBoolean()
                            ? operation(begin, end, (long) random.nextInt(3), "get")
                            : operation(begin, end, 1L + random.nextInt(3), "add", "1");
            history.add(random.nextInt(4) == 0 ? operation.withoutAnswer() : operation);
        }
        return history;
    }

    private static Operation registerOperation(long begin, long end, Random random) {
        String value = "v" + random.nextInt(2);
        String other = List.of("", "v0", "v1").get(random.nextInt(3));
        return switch (random.nextInt(4)) {
            case 0 -> operation(begin, end, "OK", "set", value);
            case 1 -> operation(begin, end, other, "swap", value);
            case 2 -> operation(begin, end, (long) random.nextInt(2), "cas", other, value);
            default -> operation(begin, end, other, "get");
        };
    }

    private static boolean hasOrder(SharedObject object, Object state, List<Operation> left) {
        if (left.stream().noneMatch(Operation::isAnswered)) {
            return true;
        }
        for (int i = 0; i < left.size(); i++) {
            Operation next = left.get(i);
            List<Operation> rest = new ArrayList<>(left);
            rest.remove(i);
            boolean mayBeNext = rest.stream().noneMatch(other -> other.endNanos() < next.beginNanos());
            if (mayBeNext
                    && object.step(state, next)
                            .filter(then -> hasOrder(object, then, rest))
                            .isPresent()) {
                return true;
            }
            // It may never have happened.
            if (!next.isAnswered() && hasOrder(object, state, rest)) {
                return true;
            }
        }
        return false;
    }
}
