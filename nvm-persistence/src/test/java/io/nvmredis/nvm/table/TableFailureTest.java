package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.spi.errors.PersistenceException;
import org.junit.jupiter.api.Test;

/** Whatever interrupts a publication, the table is not written any more. */
class TableFailureTest {
    @Test
    void shouldRefuseToGoOnWhenMemoryRunsOutWhilePublishing() {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestTable table = new TestTable(disk, TestTable.TINY, Long.MAX_VALUE)) {
            table.set("a", "1");
            disk.observe(() -> {
                throw new OutOfMemoryError("a test");
            });
            assertThatThrownBy(table::publish)
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("restart the server");
            disk.observe(() -> {});
            assertThatThrownBy(() -> table.set("b", "2"))
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("restart the server");
        }
    }
}
