package io.nvmredis.it.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keys that expire while they are watched: there until then, with what was written, and gone afterwards. Each is written
 * once.
 *
 * <p>The time is this machine's, as the server's is. Where the server's clock is stepped only what a key holds is compared: a
 * key that has expired stays, and is hidden, while its removal cannot be recorded, and comes back with a clock that is put back.
 */
final class BriefKeys {
    /** How long the server may take to see that it is late. */
    private static final long TOLERANCE_MILLIS = 50;

    /** What was written, until when it is certainly there, and from when on it certainly is not. */
    private record Brief(String value, long firstMillis, long lastMillis) {
        Brief doubted() {
            return new Brief(value, 0, lastMillis);
        }
    }

    private final Map<String, Brief> keys = new TreeMap<>();
    private final boolean isClockSteady;

    BriefKeys(boolean isClockSteady) {
        this.isClockSteady = isClockSteady;
    }

    /** Notes {@code SET key value PX millis}, sent at this time and just now answered. */
    void acknowledge(String[] command, long sentMillis) {
        long millis = Long.parseLong(command[4]);
        keys.put(command[1], new Brief(command[2], sentMillis + millis, System.currentTimeMillis() + millis));
    }

    /** The same of one that will not be answered any more. */
    void doubt(String... command) {
        acknowledge(command, 0);
        keys.computeIfPresent(command[1], (key, brief) -> brief.doubted());
    }

    /** All have been thrown away. */
    void clear() {
        keys.clear();
    }

    /** It is not known whether they have been. */
    void doubtAll() {
        keys.replaceAll((key, brief) -> brief.doubted());
    }

    void verify(RespClient client, Set<String> found) throws IOException {
        assertThat(keys.keySet())
                .as("keys with a deadline that were written, and have not gone")
                .containsAll(found);
        Iterator<Map.Entry<String, Brief>> all = keys.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, Brief> entry = all.next();
            if (!isThere(client, entry.getKey(), entry.getValue()) && isClockSteady) {
                all.remove();
            }
        }
    }

    private boolean isThere(RespClient client, String key, Brief brief) throws IOException {
        long before = System.currentTimeMillis();
        Object value = Replies.call(client, "GET", key);
        long after = System.currentTimeMillis();
        if (value == null) {
            if (isClockSteady) {
                assertThat(after)
                        .as("when %s has gone, and when it was to go", key)
                        .isGreaterThanOrEqualTo(brief.firstMillis());
            }
            return false;
        }
        assertThat(value).as(key).isEqualTo(brief.value());
        if (isClockSteady) {
            assertThat(before)
                    .as("when %s is there, and when it was to go", key)
                    .isLessThanOrEqualTo(brief.lastMillis() + TOLERANCE_MILLIS);
        }
        return true;
    }
}
