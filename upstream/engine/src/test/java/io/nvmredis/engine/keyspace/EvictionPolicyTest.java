package io.nvmredis.engine.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.value.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which entries the policy keeps, and that it keeps no more than the budget. */
class EvictionPolicyTest {
    private static final int BUDGET = 1_000;
    private static final int WEIGHT = 10;
    private static final int ROOM = BUDGET / WEIGHT;

    private final TestClient client = new TestClient(new LaggingPersister(), new TestClient.SettableClock(), 1 << 20);
    private final Database database = client.engine.databases().database(0);
    private final EvictionPolicy policy = new EvictionPolicy(BUDGET);

    @AfterEach
    void close() {
        client.close();
    }

    private Entry entry(int number, int weight) {
        Slice key = Slice.create("k" + number);
        Entry entry = new Entry(database.recorder(), 0, key, database.content().hash(RawBytes.of(key)), new RMString());
        entry.weight = weight;
        return entry;
    }

    private List<Entry> admit(int from, int to) {
        List<Entry> admitted = new ArrayList<>();
        for (int i = from; i < to; i++) {
            admitted.add(entry(i, WEIGHT));
            policy.admit(admitted.get(i - from));
        }
        return admitted;
    }

    private List<Entry> victims() {
        List<Entry> victims = new ArrayList<>();
        for (Entry victim = policy.pollVictim(); victim != null; victim = policy.pollVictim()) {
            assertThat(EvictionPolicy.knows(victim)).isFalse();
            victims.add(victim);
        }
        return victims;
    }

    @Test
    void shouldNameNoVictimWithinTheBudget() {
        List<Entry> entries = admit(0, ROOM);
        assertThat(victims()).isEmpty();
        assertThat(entries).allMatch(EvictionPolicy::knows);
    }

    @Test
    void shouldNameTheOldestOfThoseThatNobodyHasUsed() {
        List<Entry> entries = admit(0, ROOM + 2);
        EvictionPolicy.used(entries.get(0));
        assertThat(victims()).containsExactly(entries.get(1), entries.get(2));
    }

    @Test
    void shouldKeepWhatIsUsedWhenManyPassThrough() {
        List<Entry> used = admit(0, ROOM / 4);
        for (int i = 0; i < 20; i++) {
            used.forEach(EvictionPolicy::used);
            admit(1_000 * (i + 1), 1_000 * (i + 1) + 10);
            victims();
        }
        // A scan, with nobody using anything meanwhile.
        admit(100_000, 110_000);
        victims();
        assertThat(used).allMatch(EvictionPolicy::knows);
    }

    @Test
    void shouldGiveUpInTimeWhatIsNotUsedAnyMore() {
        List<Entry> before = admit(0, ROOM);
        before.forEach(EvictionPolicy::used);
        admit(ROOM, ROOM + 1);
        victims();
        for (int i = 0; i < 10; i++) {
            admit(1_000 * (i + 1), 1_000 * (i + 1) + ROOM).forEach(EvictionPolicy::used);
            victims();
        }
        assertThat(before).noneMatch(EvictionPolicy::knows);
    }

    @Test
    void shouldKeepWhatComesBackSoonAfterItWasEvicted() {
        admit(0, ROOM + 1);
        Entry evicted = victims().get(0);
        Entry back = entry(0, WEIGHT);
        assertThat(back.hash).isEqualTo(evicted.hash);
        policy.admit(back);
        admit(1_000, 1_000 + 10 * ROOM);
        victims();
        assertThat(EvictionPolicy.knows(back)).isTrue();
    }

    @Test
    void shouldNotGiveUpEverythingForWhatDoesNotFit() {
        List<Entry> entries = admit(0, ROOM);
        Entry big = entry(1_000, BUDGET + 1);
        policy.admit(big);
        assertThat(victims()).containsExactly(big);
        Entry grown = entries.get(3);
        grown.weight = BUDGET + 1;
        policy.weighed(grown);
        assertThat(victims()).containsExactly(grown);
        assertThat(entries).filteredOn(EvictionPolicy::knows).hasSize(ROOM - 1);
    }

    /** Each of them would go round three times before any goes. */
    @Test
    void shouldNotWalkThroughAllThatWasUsedToFindAVictim() {
        int count = 10_000;
        EvictionPolicy large = new EvictionPolicy(10_000L * WEIGHT);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i <= count; i++) {
            entries.add(entry(i, WEIGHT));
            large.admit(entries.get(i));
            use(entries.get(i));
        }
        while (large.pollVictim() != null) {
            entries.forEach(this::use);
        }
        entries.forEach(this::use);
        Entry next = entry(count + 1, WEIGHT);
        large.admit(next);
        assertThat(large.pollVictim()).isNotNull();
        assertThat(entries)
                .filteredOn(entry -> entry.uses < EvictionPolicy.MAX_USES)
                .hasSizeLessThan(100);
    }

    private void use(Entry entry) {
        for (int i = 0; i <= EvictionPolicy.MAX_USES; i++) {
            EvictionPolicy.used(entry);
        }
    }

    /** What it knows always is what was given to it and neither taken away nor named, and weighs no more than may be. */
    @Test
    void shouldKeepCountWhateverComesAndGoes() {
        long seed = System.nanoTime();
        System.out.println("EvictionPolicyTest seed " + seed);
        Random random = new Random(seed);
        List<Entry> known = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            int choice = random.nextInt(10);
            if (known.isEmpty() || choice < 4) {
                Entry entry = entry(random.nextInt(300), 1 + random.nextInt(100));
                policy.admit(entry);
                known.add(entry);
            } else {
                Entry entry = known.get(random.nextInt(known.size()));
                if (choice < 8) {
                    EvictionPolicy.used(entry);
                } else if (choice == 8) {
                    entry.weight = 1 + random.nextInt(100);
                    policy.weighed(entry);
                } else {
                    policy.forget(entry);
                    known.remove(entry);
                }
            }
            known.removeAll(victims());
            assertThat(known).allMatch(EvictionPolicy::knows);
            assertThat(known.stream().mapToLong(entry -> entry.weight).sum()).isLessThanOrEqualTo(BUDGET);
        }
        known.forEach(policy::forget);
        assertThat(admit(1_000, 1_000 + ROOM)).allMatch(EvictionPolicy::knows);
        assertThat(victims()).isEmpty();
    }
}
