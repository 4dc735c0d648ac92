package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.JournalDescriptor;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.SimulatedDisk;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A journal that lacks one number, and the next one of which that number alone arrives: the batch that never was must
 * not be done again over records that are not its own any more.
 */
class TornJournalTest {
    private static final int JOURNAL = TableDescriptor.journalOffset(TestTable.TINY);

    /** When the next journal is about to be persisted: what is durable, and what the processor sees. */
    private Map<String, byte[]> durable = Map.of();

    private Map<String, byte[]> seen = Map.of();

    @ParameterizedTest
    @ValueSource(
            ints = {
                JournalDescriptor.SEQUENCE_OFFSET,
                JournalDescriptor.SLOT_COUNT_OFFSET,
                JournalDescriptor.KEY_COUNTS_OFFSET
            })
    void shouldNotDoAgainWhatALaterJournalMakesWhole(int missing) {
        SimulatedDisk disk = new SimulatedDisk();
        TestTable first = new TestTable(disk, TestTable.TINY, Long.MAX_VALUE);
        first.set("a", "first");
        first.publish();
        watch(disk);
        first.set("b", "second");
        first.publish();
        int end = seen.get(TableFileNames.TABLE).length;
        arrive(JOURNAL, JOURNAL + missing);
        arrive(JOURNAL + missing + Long.BYTES, end);

        SimulatedDisk torn = SimulatedDisk.of(durable);
        TestTable second = new TestTable(torn, TestTable.TINY, Long.MAX_VALUE);
        assertThat(second.value("b")).isNull();
        watch(torn);
        second.set("c", "third, of another length");
        second.publish();
        arrive(JOURNAL + missing, JOURNAL + missing + Long.BYTES);

        TestTable third = new TestTable(SimulatedDisk.of(durable), TestTable.TINY, Long.MAX_VALUE);
        assertThat(third.value("a")).isEqualTo(second.value("a"));
        assertThat(third.value("b")).isNull();
        assertThat(third.value("c")).isNull();
        assertThat(third.table().count(0)).isEqualTo(1);
    }

    private void watch(SimulatedDisk disk) {
        durable = Map.of();
        disk.observe(() -> {
            if (disk.site() == PersistSite.TABLE_JOURNAL && durable.isEmpty()) {
                durable = disk.crash(CrashMode.NOTHING, new SplittableRandom(0)).contents();
                seen = disk.contents();
            }
        });
    }

    /** Lets a range of bytes of the table's file arrive on the medium. */
    private void arrive(int from, int to) {
        byte[] file = durable.get(TableFileNames.TABLE);
        System.arraycopy(seen.get(TableFileNames.TABLE), from, file, from, to - from);
    }
}
