package io.nvmredis.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
    private static final List<String> NAMES = List.of("--port", "--dir", "--persistence", "--proto-max-bulk-len");

    @ParameterizedTest
    @CsvSource({"--prot, --port", "-port, --port", "--persistance, --persistence", "--proto-max, --proto-max-bulk-len"})
    void shouldFindWhatWasMeant(String typed, String meant) {
        assertThat(NearestName.of(typed, NAMES)).hasValue(meant);
    }

    @Test
    void shouldNotGuessWildly() {
        assertThat(NearestName.of("--colour-of-the-logo", NAMES)).isEmpty();
    }

    @Test
    void shouldCountNeighboursSwappedAsOneMistake() {
        assertThat(NearestName.mistakes("prot", "port")).isEqualTo(1);
        assertThat(NearestName.mistakes("", "port")).isEqualTo(4);
        assertThat(NearestName.mistakes("sport", "port")).isEqualTo(1);
    }
}
