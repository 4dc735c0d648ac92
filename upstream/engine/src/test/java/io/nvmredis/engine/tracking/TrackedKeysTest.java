package io.nvmredis.engine.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrackedKeysTest {
    private static final long SEED = System.nanoTime();

    private final Random random = new Random(SEED);

    private static TrackingClient client(long id) {
        return new TrackingClient(new RecordingReceiver(id));
    }

    private TrackedKeys keys(long maxKeys, long maxBytes) {
        return new TrackedKeys(maxKeys, maxBytes, random::nextInt);
    }

    private static Slice key(int number) {
        return Slice.create("key" + number);
    }

    @Test
    void shouldKnowTheReadersOfAKey() {
        TrackedKeys keys = keys(0, Long.MAX_VALUE);
        TrackingClient first = client(1);
        TrackingClient second = client(2);
        keys.add(key(1), first);
        keys.add(key(1), first);
        keys.add(key(1), second);
        keys.add(key(1), second);
        keys.add(key(2), second);
        assertThat(keys.keyCount()).isEqualTo(2);
        assertThat(keys.itemCount()).isEqualTo(3);
        Set<TrackingClient> readers = new HashSet<>();
        TrackedKey removed = keys.remove(key(1));
        assertThat(removed).isNotNull();
        removed.forEachReader(readers::add);
        assertThat(readers).containsExactlyInAnyOrder(first, second);
        assertThat(keys.remove(key(1))).isNull();
        assertThat(keys.itemCount()).isEqualTo(1);
    }

    @Test
    void shouldBeOverfullBeyondItsNumberOfKeys() {
        TrackedKeys keys = keys(2, Long.MAX_VALUE);
        TrackingClient client = client(1);
        keys.add(key(1), client);
        keys.add(key(2), client);
        assertThat(keys.isOverfull()).isFalse();
        keys.add(key(3), client);
        assertThat(keys.isOverfull()).isTrue();
        keys.limit(0);
        assertThat(keys.isOverfull()).isFalse();
    }

    @Test
    void shouldCountTheBytesOfLongNamesAndOfReaders() {
        TrackedKeys keys = keys(0, 10_000);
        keys.add(Slice.create(new byte[9_000]), client(1));
        assertThat(keys.isOverfull()).isFalse();
        for (int id = 2; !keys.isOverfull(); id++) {
            assertThat(keys.bytes()).isLessThanOrEqualTo(10_000);
            keys.add(Slice.create(new byte[9_000]), client(id));
        }
        assertThat(keys.itemCount()).isBetween(5L, 15L);
    }

    @Test
    void shouldStayConsistentWhileKeysComeAndGo() {
        TrackedKeys keys = keys(0, Long.MAX_VALUE);
        Set<Slice> model = new HashSet<>();
        TrackingClient client = client(1);
        for (int i = 0; i < 20_000; i++) {
            Slice key = key(random.nextInt(50));
            switch (random.nextInt(3)) {
                case 0 -> {
                    keys.add(key, client);
                    model.add(key);
                }
                case 1 ->
                    assertThat(keys.remove(key) != null).as("seed " + SEED).isEqualTo(model.remove(key));
                default -> {
                    if (!model.isEmpty()) {
                        Slice any = keys.any();
                        assertThat(model.remove(any)).as("seed " + SEED).isTrue();
                        assertThat(keys.remove(any)).isNotNull();
                    }
                }
            }
            assertThat(keys.keyCount()).as("seed " + SEED).isEqualTo(model.size());
        }
        model.forEach(keys::remove);
        assertThat(keys.bytes()).isZero();
        assertThat(keys.itemCount()).isZero();
    }
}
