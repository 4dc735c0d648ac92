package io.nvmredis.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecentRatesTest {
    private static final long TENTH = TimeUnit.MILLISECONDS.toNanos(100);

    private final RecentRates rates = new RecentRates();

    private Map<String, String> after(int samples, long commandsEach, long inputEach, long outputEach) {
        for (int i = 1; i <= samples; i++) {
            rates.sample(i * TENTH, i * commandsEach, i * inputEach, i * outputEach);
        }
        return rates.all();
    }

    @Test
    void shouldBeZeroUntilThereAreTwoSamples() {
        assertThat(rates.all()).containsEntry("instantaneous_ops_per_sec", "0");
        assertThat(after(1, 500, 500, 500))
                .containsEntry("instantaneous_ops_per_sec", "0")
                .containsEntry("instantaneous_input_kbps", "0.00");
    }

    @Test
    void shouldTellWhatWasDonePerSecond() {
        assertThat(after(3, 50, 1024, 2048))
                .containsEntry("instantaneous_ops_per_sec", "500")
                .containsEntry("instantaneous_input_kbps", "10.00")
                .containsEntry("instantaneous_output_kbps", "20.00");
    }

    @Test
    void shouldForgetWhatWasLongAgo() {
        rates.sample(0, 1_000_000, 0, 0);
        for (int i = 1; i <= 16; i++) {
            rates.sample(i * TENTH, 1_000_000, 0, 0);
        }
        assertThat(rates.all()).containsEntry("instantaneous_ops_per_sec", "0");
    }

    @Test
    void shouldBeZeroAfterTheCountsWereReset() {
        rates.sample(0, 1000, 1000, 1000);
        rates.sample(TENTH, 1, 1, 1);
        assertThat(rates.all())
                .containsEntry("instantaneous_ops_per_sec", "0")
                .containsEntry("instantaneous_output_kbps", "0.00");
    }
}
