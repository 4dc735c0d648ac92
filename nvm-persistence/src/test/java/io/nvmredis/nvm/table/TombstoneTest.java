package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.sim.SimulatedDisk;
import org.junit.jupiter.api.Test;

/** A note of a tombstone may outlive the place it names: the place is freed and used again before the checkpoint. */
class TombstoneTest {
    @Test
    void shouldLeaveALiveKeyAloneWhoseRecordIsWhereATombstoneWas() {
        // Lengths that let a value begin exactly where a tombstone of the same key has been are among these.
        for (int padding = 0; padding < 64; padding += 8) {
            SimulatedDisk disk = new SimulatedDisk();
            try (TestTable table = new TestTable(disk, TestTable.TINY, Long.MAX_VALUE)) {
                for (int i = 0; i < 1500; i++) {
                    table.set("k", "v".repeat(100 + padding) + i);
                    table.publish();
                    if (i % 3 == 0) {
                        table.delete("k");
                        table.publish();
                        table.set("k", "w".repeat(padding) + i);
                        table.publish();
                    }
                }
                String before = table.value("k");
                table.checkpoint();
                assertThat(before).isNotNull();
                assertThat(table.value("k")).as("padding %d", padding).isEqualTo(before);
                assertThat(table.table().count(0)).isOne();
            }
        }
    }
}
