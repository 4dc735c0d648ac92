package io.nvmredis.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OutputLimitsTest {
    private final OutputLimits limits = OutputLimits.withNormal(1 << 20);

    @Test
    void shouldShowThemAsRedisDoes() {
        assertThat(limits).hasToString("normal 1048576 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60");
    }

    @Test
    void shouldChangeWhatIsNamedAlone() {
        assertThat(limits.with("pubsub 2mb 1mb 7"))
                .hasToString("normal 1048576 0 0 slave 268435456 67108864 60 pubsub 2097152 1048576 7");
        assertThat(limits.with("Replica 3 2 1 normal 0 0 0"))
                .hasToString("normal 0 0 0 slave 3 2 1 pubsub 33554432 8388608 60");
    }

    @Test
    void shouldRefuseWhatIsWrongInRedissWords() {
        assertThatThrownBy(() -> limits.with("normal 1 2")).hasMessageContaining("Wrong number of arguments");
        assertThatThrownBy(() -> limits.with("master 1 2 3")).hasMessageContaining("Unrecognized client class");
        assertThatThrownBy(() -> limits.with("normal 1 x 3")).hasMessageContaining("Error in hard, soft");
        assertThatThrownBy(() -> limits.with("normal 1 2 -3")).hasMessageContaining("Error in hard, soft");
    }

    @Test
    void shouldAdmitEverythingWhereThereIsNoLimit() {
        assertThat(limits.with("normal 0 0 0").normal().isBrokenBy(Long.MAX_VALUE))
                .isFalse();
        assertThat(limits.normal().isBrokenBy(1 << 20)).isFalse();
        assertThat(limits.normal().isBrokenBy((1 << 20) + 1)).isTrue();
    }
}
