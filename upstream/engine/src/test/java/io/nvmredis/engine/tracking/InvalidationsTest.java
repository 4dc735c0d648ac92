package io.nvmredis.engine.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InvalidationsTest {
    private static final TrackingOptions USUAL = new TrackingOptions(0, false, false, false, false);
    private static final TrackingOptions NO_LOOP = new TrackingOptions(0, false, false, false, true);
    private static final TrackingOptions BROADCAST = new TrackingOptions(0, true, false, false, false);

    private final Map<Long, RecordingReceiver> receivers = new HashMap<>();
    private final Invalidations invalidations = new Invalidations(receivers::get, () -> false, 100_000);
    private final TrackingClient client = client(1);
    private final TrackingClient other = client(2);

    private TrackingClient client(long id) {
        RecordingReceiver receiver = new RecordingReceiver(id);
        receivers.put(id, receiver);
        return new TrackingClient(receiver);
    }

    private List<String> told(long id) {
        return receivers.get(id).told;
    }

    private static Slice key(String name) {
        return Slice.create(name);
    }

    @Test
    void shouldTellEachReaderOnce() {
        invalidations.on(client, USUAL, List.of());
        invalidations.on(other, NO_LOOP, List.of());
        invalidations.begin(other);
        invalidations.hasRead(client, key("a"));
        invalidations.hasRead(other, key("a"));
        invalidations.changed(key("b"));
        invalidations.changed(key("a"));
        invalidations.changed(key("a"));
        assertThat(told(1)).containsExactly("a");
        assertThat(told(2)).as("of its own change").isEmpty();
        assertThat(invalidations.keyCount()).isZero();
    }

    @Test
    void shouldKeepNoMoreThanItMay() {
        invalidations.on(client, USUAL, List.of());
        invalidations.limitKeys(10);
        for (int i = 0; i < 100; i++) {
            invalidations.hasRead(client, key("key" + i));
            assertThat(invalidations.keyCount()).isLessThanOrEqualTo(10);
        }
        assertThat(told(1)).hasSize(90).doesNotHaveDuplicates();
        invalidations.limitKeys(3);
        assertThat(told(1)).hasSize(97);
        invalidations.limitKeys(0);
        for (int i = 0; i < 100; i++) {
            invalidations.hasRead(client, key("key" + i + "x".repeat(10_000)));
        }
        assertThat(invalidations.keyCount()).as("bounded by bytes").isLessThan(12);
    }

    @Test
    void shouldTellOfAFlushOncePerCommand() {
        invalidations.on(client, USUAL, List.of());
        invalidations.on(other, BROADCAST, List.of());
        invalidations.begin(client);
        invalidations.hasRead(client, key("a"));
        invalidations.flushed();
        invalidations.flushed();
        invalidations.changed(key("a"));
        invalidations.beginWithin();
        invalidations.flushed();
        invalidations.broadcast();
        assertThat(told(1)).containsExactly("all", "all");
        assertThat(told(2)).containsExactly("all", "all");
    }

    @Test
    void shouldSendALotBeforeTheTurnEnds() {
        invalidations.on(other, BROADCAST, List.of(key("a")));
        invalidations.begin(client);
        for (int i = 0; i < 20_000; i++) {
            invalidations.changed(key("a".repeat(100) + i));
            invalidations.changed(key("b".repeat(100) + i));
        }
        assertThat(told(2)).hasSizeBetween(1, 10);
        invalidations.broadcast();
        assertThat(told(2).stream().mapToInt(keys -> keys.split(" ", -1).length).sum())
                .isEqualTo(20_000);
    }

    @Test
    void shouldForgetAllWhenNobodyTracks() {
        invalidations.on(client, USUAL, List.of());
        invalidations.on(other, BROADCAST, List.of());
        invalidations.hasRead(client, key("a"));
        invalidations.close(client);
        assertThat(invalidations.isOn()).isTrue();
        invalidations.changed(key("a"));
        invalidations.off(other);
        assertThat(invalidations.isOn()).isFalse();
        assertThat(invalidations.hasBroadcasts()).isFalse();
        assertThat(invalidations.prefixCount()).isZero();
        assertThat(told(1)).isEmpty();
    }

    @Test
    void shouldNoticeThatARedirectIsBroken() {
        invalidations.on(client, new TrackingOptions(2, false, false, false, false), List.of());
        invalidations.hasRead(client, key("a"));
        invalidations.changed(key("a"));
        assertThat(told(2)).containsExactly("a");
        receivers.remove(2L);
        invalidations.hasRead(client, key("a"));
        invalidations.changed(key("a"));
        assertThat(told(1)).containsExactly("broken");
        assertThat(client.hasBrokenRedirect()).isTrue();
    }
}
