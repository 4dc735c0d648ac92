package io.nvmredis.engine.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.value.Entry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The keyspace against a plain map, and what its order promises. */
class KeyspacePropertyTest {
    private final Keyspace keyspace = new Keyspace();
    private final Map<Slice, Entry> model = new HashMap<>();
    private final KeyHasher hasher = KeyHasher.seeded();

    private void add(Slice key) {
        Entry entry = new Entry(
                new Recorder(new CommandClock(Clock::systemUTC)),
                0,
                key,
                hasher.hash(RawBytes.of(key)),
                new RMString());
        keyspace.add(entry);
        model.put(key, entry);
    }

    private void remove(Slice key) {
        keyspace.remove(model.remove(key));
    }

    @Property(tries = 30)
    void shouldDoWhatAMapDoes(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20_000) int keyCount) {
        Random random = new Random(seed);
        keyspace.clear();
        model.clear();
        for (int i = 0; i < keyCount * 3; i++) {
            Slice key = Slice.create("key:" + random.nextInt(keyCount));
            // Grows in the first half and shrinks in the second.
            boolean adds = random.nextInt(3) > (i < keyCount * 3 / 2 ? 0 : 1);
            if (adds && !model.containsKey(key)) {
                add(key);
            } else if (!adds && model.containsKey(key)) {
                remove(key);
            }
            assertThat(keyspace.get(hasher.hash(RawBytes.of(key)), key)).isSameAs(model.get(key));
        }
        assertThat(keyspace.size()).isEqualTo(model.size());
        assertThat(new HashSet<>(keyspace.all())).isEqualTo(new HashSet<>(model.values()));
    }

    @Property(tries = 30)
    void shouldWalkInTheOrderOfHashesWhateverHappensMeanwhile(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int wanted) {
        Random random = new Random(seed);
        keyspace.clear();
        model.clear();
        Set<Entry> staying = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            add(Slice.create("stays:" + i));
        }
        staying.addAll(model.values());
        List<Slice> passing = new ArrayList<>();
        List<Entry> seen = new ArrayList<>();
        long cursor = 0;
        int round = 0;
        do {
            List<Entry> found = new ArrayList<>();
            long from = cursor;
            cursor = keyspace.walk(cursor, wanted, found::add);
            long to = cursor;
            assertThat(cursor & 0xffff).isZero();
            assertThat(found).allSatisfy(entry -> {
                assertThat(Long.compareUnsigned(entry.hash, from)).isNotNegative();
                assertThat(to == 0 || Long.compareUnsigned(entry.hash, to) < 0).isTrue();
            });
            seen.addAll(found);
            // Up and down by so much that segments grow and shrink in between.
            boolean grows = random.nextBoolean();
            for (int i = 0; i < 3_000; i++) {
                if (grows) {
                    Slice key = Slice.create("passes:" + round + ":" + i);
                    add(key);
                    passing.add(key);
                } else if (!passing.isEmpty()) {
                    remove(passing.remove(passing.size() - 1));
                }
            }
            round++;
        } while (cursor != 0 && round < 200);
        if (cursor == 0) {
            assertThat(seen).containsAll(staying);
            assertThat(seen).doesNotHaveDuplicates();
        }
    }

    @Property(tries = 50)
    void shouldFindWhatLiesBetweenTwoPlaces(@ForAll long seed, @ForAll long from, @ForAll long to) {
        Random random = new Random(seed);
        keyspace.clear();
        model.clear();
        for (int i = 0; i < 3_000; i++) {
            add(Slice.create("key:" + random.nextLong()));
        }
        long low = Long.compareUnsigned(from, to) <= 0 ? from : to;
        long high = low == from ? to : from;
        Set<Entry> found = new HashSet<>();
        keyspace.forEachBetween(low, high, found::add);
        Set<Entry> expected = new HashSet<>();
        for (Entry entry : model.values()) {
            boolean isIn = Long.compareUnsigned(entry.hash, low) >= 0
                    && (high == 0 || Long.compareUnsigned(entry.hash, high) < 0);
            if (isIn) {
                expected.add(entry);
            }
        }
        assertThat(found).isEqualTo(expected);
    }
}
