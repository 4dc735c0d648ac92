package io.nvmredis.engine.value;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SliceDequeTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shouldDoAsAnArrayListDoes(long seed) {
        Random random = new Random(seed);
        List<Slice> expected = new ArrayList<>();
        List<Slice> deque = new SliceDeque();
        for (int i = 0; i < 20_000; i++) {
            Slice element = Slice.create("e" + i);
            int size = expected.size();
            // In turns it grows and shrinks, so that its array does too.
            boolean grows = (i / 500) % 2 == 0;
            switch (random.nextInt(grows ? 4 : 8)) {
                case 0 -> both(expected, deque, list -> list.add(0, element));
                case 1, 2 -> both(expected, deque, list -> list.add(element));
                case 3 -> {
                    int at = random.nextInt(size + 1);
                    both(expected, deque, list -> list.add(at, element));
                }
                case 4 -> {
                    int from = random.nextInt(size + 1);
                    int to = from + random.nextInt(Math.min(size - from, 9) + 1);
                    both(expected, deque, list -> list.subList(from, to).clear());
                }
                case 5 -> {
                    int hash = random.nextInt(40);
                    both(expected, deque, list -> list.removeIf(each -> each.hashCode() % 40 == hash));
                }
                default -> {
                    if (size > 0) {
                        int at = random.nextBoolean() ? random.nextInt(size) : random.nextInt(2) * (size - 1);
                        assertThat(deque.set(at, element)).isEqualTo(expected.set(at, element));
                        assertThat(deque.remove(at)).isEqualTo(expected.remove(at));
                    }
                }
            }
            assertThat(deque).as("seed %d, step %d", seed, i).hasSameSizeAs(expected);
            if (i % 50 == 0) {
                assertThat(deque).as("seed %d, step %d", seed, i).isEqualTo(expected);
            }
        }
    }

    private static void both(List<Slice> expected, List<Slice> deque, java.util.function.Consumer<List<Slice>> action) {
        action.accept(expected);
        action.accept(deque);
    }
}
