package io.nvmredis.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.bench.load.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellTest {
    @Test
    void shouldReadPipelineClientsAndRate() {
        assertThat(Cell.parse("set@16", 50)).isEqualTo(new Cell(Workload.SET, 16, 50, 0));
        assertThat(Cell.parse("get-set@64x2", 50)).isEqualTo(new Cell(Workload.GET_SET, 64, 2, 0));
        assertThat(Cell.parse("incr@5000/s", 50)).isEqualTo(new Cell(Workload.INCR, 1, 50, 5000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"set@16x50", "zipf@1x1", "set@5000/s"})
    void shouldHaveANameThatItReads(String name) {
        assertThat(Cell.parse(name, 50).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"set", "set@", "set@0", "set@1x0", "set@0/s", "SET@1", "@1", "set@1/m", "set@1x"})
    void shouldRefuseWhatIsNoLoad(String text) {
        assertThatThrownBy(() -> Cell.parse(text, 50))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void shouldNameTheWorkloadsThatThereAre() {
        assertThatThrownBy(() -> Cell.parse("sort@1", 50))
                .hasMessageContaining("no workload 'sort'")
                .hasMessageContaining("get-set");
    }
}
