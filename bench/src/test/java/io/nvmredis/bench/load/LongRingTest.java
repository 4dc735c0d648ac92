package io.nvmredis.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class LongRingTest {
    @Test
    void shouldGiveBackInOrderWhateverItsSize() {
        LongRing ring = new LongRing();
        long taken = 0;
        for (long added = 0; added < 1000; added++) {
            ring.add(added);
            if (added % 3 == 0) {
                assertThat(ring.take()).isEqualTo(taken++);
            }
        }
        assertThat(ring.size()).isEqualTo((int) (1000 - taken));
        while (ring.size() > 0) {
            assertThat(ring.take()).isEqualTo(taken++);
        }
        assertThatThrownBy(ring::take).isInstanceOf(NoSuchElementException.class);
    }
}
