package io.nvmredis.engine.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.access.AclLog.Entry;
import io.nvmredis.engine.access.AclLog.Origin;
import io.nvmredis.engine.access.Denial.Reason;
import io.nvmredis.engine.bytes.Words;
import java.util.List;
import org.junit.jupiter.api.Test;

class AclLogTest {
    private final AclLog log = new AclLog();

    private void denied(String key, Origin origin, long millis) {
        log.denied(
                new Denial(Reason.KEY, "get", 1),
                List.of(Words.bytes("get"), Words.bytes(key)),
                "al",
                origin,
                millis,
                "client at " + millis);
    }

    @Test
    void shouldCountWhatIsAlike() {
        denied("a", Origin.TOPLEVEL, 1_000);
        denied("b", Origin.TOPLEVEL, 2_000);
        denied("a", Origin.TOPLEVEL, 3_000);
        assertThat(log.newest(10))
                .containsExactly(
                        new Entry(2, "key", Origin.TOPLEVEL, "a", "al", 3_000, "client at 3000"),
                        new Entry(1, "key", Origin.TOPLEVEL, "b", "al", 2_000, "client at 2000"));
    }

    @Test
    void shouldTellApartWhatIsNotAlike() {
        denied("a", Origin.TOPLEVEL, 1_000);
        denied("a", Origin.MULTI, 1_000);
        denied("a", Origin.TOPLEVEL, 62_000);
        log.wrongPassword("AUTH", "al", Origin.TOPLEVEL, 62_000, "");
        log.wrongPassword("AUTH", "bo", Origin.TOPLEVEL, 62_000, "");
        assertThat(log.newest(10)).extracting(Entry::count).containsOnly(1L).hasSize(5);
    }

    /** As in Redis, no more than ten entries are looked through. */
    @Test
    void shouldCompareWithTheNewestAlone() {
        for (int i = 0; i < 11; i++) {
            denied("key" + i, Origin.TOPLEVEL, i);
        }
        denied("key0", Origin.TOPLEVEL, 20);
        denied("key2", Origin.TOPLEVEL, 20);
        assertThat(log.newest(20)).hasSize(12);
    }

    @Test
    void shouldKeepABoundedPartOfABoundedNumber() {
        log.limit(3);
        for (int i = 0; i < 20; i++) {
            denied(i + "x".repeat(1 << 20), Origin.TOPLEVEL, i);
        }
        assertThat(log.newest(100))
                .hasSize(3)
                .allSatisfy(entry -> assertThat(entry.object()).hasSize(1 << 10));
        assertThat(log.newest(1)).extracting(Entry::object).first().asString().startsWith("19x");
        assertThat(log.newest(0)).isEmpty();
        log.clear();
        assertThat(log.newest(100)).isEmpty();
    }
}
