package io.nvmredis.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
    private static Sample sample(String arm, int round, double perSecond) {
        return new Sample(arm, "set@1x1", round, perSecond, 1, 2, 3, 4, 5, 0, 0, 6, 7, List.of());
    }

    /** The machine is at half its speed in the second round: throughput varies, the ratio does not. */
    @Test
    void shouldCompareRoundByRound() {
        Summary summary = new Summary(List.of(
                sample("a", 1, 100), sample("b", 1, 200), sample("a", 2, 50), sample("b", 2, 100), sample("a", 3, 80)));
        assertThat(summary.ratios().get("a").get("b")).isEqualTo(new Spread(0.5, 0.5, 0.5, 0.5, 0.5, 2));
        assertThat(summary.ratios().get("b").get("a").median()).isEqualTo(2);
        assertThat(summary.figures().get("a").perSecond().median()).isEqualTo(80);
        assertThat(summary.figures().get("b").perSecond().count()).isEqualTo(2);
    }

    @Test
    void shouldSayNothingOfArmsThatShareNoRound() {
        Summary summary = new Summary(List.of(sample("a", 1, 100), sample("b", 2, 200)));
        assertThat(summary.ratios().get("a")).containsOnlyKeys("a");
    }
}
