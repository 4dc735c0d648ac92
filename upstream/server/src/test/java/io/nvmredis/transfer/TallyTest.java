package io.nvmredis.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.spi.ValueType;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final long SECOND = 1_000_000_000L;

    private final Tally tally = new Tally();

    @Test
    void shouldSumUpWhatWasMovedAndWhatWasNot() {
        tally.key(ValueType.STRING);
        tally.key(ValueType.STRING);
        tally.key(ValueType.HASH);
        tally.commands(5);
        tally.bytes(3 << 20);
        tally.skip("functions");
        tally.skip("functions", 2);
        assertThat(tally.summary("imported", 2 * SECOND).lines())
                .containsExactly(
                        "imported 3 keys (string 2, hash 1) and 5 commands, 3.0 MB in 2.0 s: 1.5 MB/s, 2 keys/s",
                        "  skipped 3: functions");
    }

    @Test
    void shouldForgetTheKeysOfADataSetThatIsBegunAnew() {
        tally.key(ValueType.LIST);
        tally.commands(1);
        tally.reset();
        assertThat(tally.keyCount()).isZero();
        assertThat(tally.commandCount()).isZero();
        assertThat(tally.summary("imported", SECOND)).startsWith("imported 0 keys, ");
    }

    @Test
    void shouldEndAnImportAtWhatIsNotToBeLeftOut() {
        assertThatThrownBy(() -> new SkipPolicy(false, tally).refuse("modules", "a module of the key 'k'"))
                .isInstanceOf(TransferException.class)
                .hasMessage("a module of the key 'k'; --import-skip-unsupported leaves such things out");
        assertThat(tally.summary("imported", SECOND)).doesNotContain("skipped");
    }

    @Test
    void shouldCountWhatIsLeftOut() {
        assertThatCode(() -> new SkipPolicy(true, tally).refuse("modules", "a module of the key 'k'"))
                .doesNotThrowAnyException();
        assertThat(tally.summary("imported", SECOND)).contains("skipped 1: modules");
    }

    @Test
    void shouldGuessHowLongTheRestTakes() {
        Rate rate = new Rate(25, 10, 10 * SECOND);
        assertThat(rate.secondsLeft(100, 0)).isEqualTo(30);
        assertThat(rate.secondsLeft(Progress.UNKNOWN, 20)).isEqualTo(10);
        assertThat(new Rate(0, 0, SECOND).secondsLeft(100, 100)).isZero();
        assertThat(new Rate(200, 0, SECOND).secondsLeft(100, 0)).isZero();
    }
}
