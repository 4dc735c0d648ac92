package io.nvmredis.nvm.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LiveRecordsTest {
    private static final int SEGMENT_LENGTH = 4096;
    private static final int MAP_BYTES = SEGMENT_LENGTH / 64;

    @Test
    void shouldGoFromOneLiveRecordToTheNext() {
        LiveRecords records = new LiveRecords(4, SEGMENT_LENGTH, MAP_BYTES);
        records.begin(2);
        long seed = new SplittableRandom().nextLong();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        TreeSet<Integer> expected = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            int offset = random.nextInt(SEGMENT_LENGTH / 8) * 8;
            if (random.nextInt(3) == 0) {
                records.added(2, offset);
                expected.add(offset);
            } else {
                records.removed(2, offset);
                expected.remove(offset);
            }
            int from = random.nextInt(SEGMENT_LENGTH / 8) * 8;
            Integer next = expected.ceiling(from);
            assertThat(records.next(2, from)).isEqualTo(next == null ? -1 : next);
        }
    }

    @Test
    void shouldKnowNothingOfWhatItHasNoMapFor() {
        LiveRecords records = new LiveRecords(4, SEGMENT_LENGTH, MAP_BYTES);
        records.begin(0);
        records.begin(1);
        records.added(1, 64);
        records.removed(1, 64);
        assertThat(records.areKnown(0)).isTrue();
        assertThat(records.areKnown(1)).isFalse();
        assertThat(records.next(1, 64)).isEqualTo(64);
        records.end(1);
        records.begin(1);
        assertThat(records.areKnown(1)).as("with more maps than there may be").isFalse();
        records.end(0);
        records.begin(1);
        assertThat(records.areKnown(1)).isTrue();
        assertThat(records.next(1, 0)).isEqualTo(-1);
    }

    @Test
    void shouldForgetWhatWasInAnEarlierUse() {
        LiveRecords records = new LiveRecords(4, SEGMENT_LENGTH, MAP_BYTES);
        records.begin(0);
        records.added(0, 64);
        records.end(0);
        records.begin(3);
        assertThat(records.next(3, 0)).isEqualTo(-1);
    }
}
