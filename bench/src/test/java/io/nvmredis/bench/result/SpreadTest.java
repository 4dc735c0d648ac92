package io.nvmredis.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void shouldTellMedianAndQuartilesOfAnyOrder() {
        assertThat(Spread.of(5, 1, 4, 2, 3)).isEqualTo(new Spread(3, 2, 4, 1, 5, 5));
    }

    @Test
    void shouldInterpolateBetweenTwo() {
        assertThat(Spread.of(10, 20)).isEqualTo(new Spread(15, 12.5, 17.5, 10, 20, 2));
    }

    @Test
    void shouldTakeOneForAll() {
        assertThat(Spread.of(7)).isEqualTo(new Spread(7, 7, 7, 7, 7, 1));
    }

    @Test
    void shouldRefuseNone() {
        assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
