package io.nvmredis.engine.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BroadcastsTest {
    private static final long SEED = System.nanoTime();

    private final Random random = new Random(SEED);

    private String word() {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(5); length > 0; length--) {
            word.append("ab\u007f".charAt(random.nextInt(3)));
        }
        return word.toString();
    }

    /** Each prefix has a client of its own, which is told of the keys that have the prefix, and of no other. */
    @Test
    void shouldFindThePrefixesOfEachKey() {
        for (int round = 0; round < 500; round++) {
            Broadcasts broadcasts = new Broadcasts();
            Map<String, RecordingReceiver> receivers = new HashMap<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                String prefix = word();
                RecordingReceiver receiver =
                        receivers.computeIfAbsent(prefix, key -> new RecordingReceiver(receivers.size() + 1));
                broadcasts.add(Slice.create(prefix), new TrackingClient(receiver));
            }
            TreeSet<String> keys = new TreeSet<>();
            for (int i = 0; i < 8; i++) {
                String key = word();
                keys.add(key);
                assertThat(broadcasts.changed(Slice.create(key), Broadcasts.NOBODY))
                        .as("seed " + SEED)
                        .isEqualTo(receivers.keySet().stream().anyMatch(key::startsWith));
            }
            broadcasts.send((client, message) -> client.receiver().tell(message.push(), false));
            receivers.forEach((prefix, receiver) -> {
                String[] expected =
                        keys.stream().filter(key -> key.startsWith(prefix)).toArray(String[]::new);
                if (expected.length == 0) {
                    assertThat(receiver.told).isEmpty();
                } else {
                    assertThat(receiver.told).as("seed " + SEED).containsOnly(String.join(" ", expected));
                }
            });
            assertThat(broadcasts.bytes()).isZero();
        }
    }

    @Test
    void shouldForgetKeysWithTheirPrefix() {
        Broadcasts broadcasts = new Broadcasts();
        TrackingClient client = new TrackingClient(new RecordingReceiver(1));
        broadcasts.add(Slice.create("a"), client);
        broadcasts.changed(Slice.create("ab"), Broadcasts.NOBODY);
        assertThat(broadcasts.bytes()).isPositive();
        broadcasts.remove(Slice.create("a"), client);
        assertThat(broadcasts.bytes()).isZero();
        assertThat(broadcasts.prefixCount()).isZero();
        assertThat(broadcasts.changed(Slice.create("ab"), Broadcasts.NOBODY)).isFalse();
    }
}
