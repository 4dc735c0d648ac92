package io.nvmredis.nvm.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.pmem.DirectoryCopy;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.OfflineCheck;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestPool;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DirectoryRepairTest {
    private final Map<String, byte[]> files = DamagedPool.files();
    private SimulatedDisk copy = new SimulatedDisk();

    private DirectoryRepair repair(SimulatedDisk disk) {
        return new DirectoryRepair(
                disk, () -> SimulatedDisk.of(disk.contents()), DamagedPool.SEGMENT_LENGTH, TestPool.SMALL_TABLE, () -> {
                    copy = new SimulatedDisk();
                    DirectoryCopy.copy(disk, copy, disk.list());
                });
    }

    private static boolean isSound(Map<String, byte[]> files) {
        return OfflineCheck.of(files, TestPool.SMALL_TABLE).isSound();
    }

    private Map<String, String> shownWithout(String... names) {
        Map<String, String> shown = new TreeMap<>(DamagedPool.shown(files));
        for (String name : names) {
            assertThat(shown.remove(name)).isNotNull();
        }
        return shown;
    }

    @Test
    void shouldDropAKeyWithADamagedValueAndNoOther() {
        SimulatedDisk disk = SimulatedDisk.of(DamagedPool.damagedBehind(files, "string2", 9));
        Map<String, byte[]> before = disk.contents();
        DirectoryRepair repair = repair(disk);
        repair.repair();
        assertThat(repair.lost()).containsExactly("the key 'string2' of database 0");
        DamagedPool.assertSame(copy.contents(), before);
        assertThat(isSound(disk.contents())).isTrue();
        assertThat(DamagedPool.shown(disk.contents())).isEqualTo(shownWithout("0/string2"));
    }

    /** The table's value is damaged, and the log has another that does not depend on it. */
    @Test
    void shouldNotDropAKeyThatTheLogSetsAnew() {
        SimulatedDisk disk = SimulatedDisk.of(DamagedPool.damagedBehind(DamagedPool.remade(), "remade", 7));
        Map<String, byte[]> before = disk.contents();
        assertThat(DamagedPool.shown(before)).as("a server has the newer value").containsKey("0/remade");
        assertThatThrownBy(() -> repair(disk).repair())
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("the log sets or deletes it later");
        DamagedPool.assertSame(disk.contents(), before);
    }

    /** The newest record of a chain is good, one before it is not; the log goes on to change the key. */
    @Test
    void shouldDropAKeyWithADamagedChainThatTheLogChanges() {
        SimulatedDisk disk = SimulatedDisk.of(DamagedPool.damagedBehind(files, "list", 8));
        assertThat(DamagedPool.shown(disk.contents())).isNull();
        DirectoryRepair repair = repair(disk);
        repair.repair();
        assertThat(repair.lost()).containsExactly("the key 'list' of database 1");
        assertThat(DamagedPool.shown(disk.contents())).isEqualTo(shownWithout("1/list"));
    }

    /** The LSN in the header: its checksum does not fit, and the bytes of the key are told by the slot. */
    @Test
    void shouldDropAKeyWhoseNameIsInADamagedHeader() {
        SimulatedDisk disk = SimulatedDisk.of(DamagedPool.damagedBehind(files, "string2", 8 - 40));
        DirectoryRepair repair = repair(disk);
        repair.repair();
        assertThat(repair.lost()).containsExactly("the key 'string2' of database 0");
        assertThat(isSound(disk.contents())).isTrue();
        assertThat(DamagedPool.shown(disk.contents())).isEqualTo(shownWithout("0/string2"));
    }

    @Test
    void shouldLeaveAloneWhatCouldOnlyBeGuessed() {
        SimulatedDisk disk = SimulatedDisk.of(DamagedPool.damagedBehind(files, "string2", 2));
        Map<String, byte[]> before = disk.contents();
        assertThatThrownBy(() -> repair(disk).repair())
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("guessing");
        DamagedPool.assertSame(disk.contents(), before);
    }

    @Test
    void shouldCutTheLogBeforeItsDamage() {
        Map<String, byte[]> damaged = files;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            String text = new String(file.getValue(), StandardCharsets.ISO_8859_1);
            if (file.getKey().startsWith("log-") && text.contains("DEL")) {
                damaged = DamagedPool.flipped(files, file.getKey(), text.lastIndexOf("DEL"), 0);
            }
        }
        assertThat(DamagedPool.shown(damaged)).isNull();
        SimulatedDisk disk = SimulatedDisk.of(damaged);
        long checkpointLsn =
                OfflineCheck.of(files, TestPool.SMALL_TABLE).start().checkpointLsn();
        assertThatThrownBy(() -> repair(disk).truncate(checkpointLsn - 1))
                .hasMessageContaining("the table has effects");
        DamagedPool.assertSame(disk.contents(), damaged);
        repair(disk).truncate(checkpointLsn);
        DamagedPool.assertSame(copy.contents(), damaged);
        assertThat(isSound(disk.contents())).isTrue();
        assertThat(DamagedPool.shown(disk.contents()))
                .containsKeys("0/string1", "1/list")
                .doesNotContainKey("0/last");
    }

    /** {@code -Drepair.seed=S} repeats a run. */
    @Test
    void shouldLoseNothingIfThePowerFailsInARepair() {
        long checkpointLsn =
                OfflineCheck.of(files, TestPool.SMALL_TABLE).start().checkpointLsn();
        crash(DamagedPool.damagedBehind(files, "string2", 9), DirectoryRepair::repair, shownWithout("0/string2"));
        crash(files, repair -> repair.truncate(checkpointLsn + 1), null);
    }

    private void crash(Map<String, byte[]> damaged, Consumer<DirectoryRepair> work, Map<String, String> expected) {
        long seed = Long.getLong("repair.seed", System.nanoTime());
        System.out.println("-Drepair.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedDisk disk = SimulatedDisk.of(damaged);
        List<Map<String, byte[]>> images = new ArrayList<>();
        copy = null;
        disk.observe(() -> {
            Map<String, byte[]> image =
                    disk.crash(CrashMode.random(random), random).contents();
            boolean isTouched = !image.keySet().equals(damaged.keySet())
                    || damaged.entrySet().stream()
                            .anyMatch(file -> !Arrays.equals(file.getValue(), image.get(file.getKey())));
            if (isTouched) {
                // Nothing has been changed before the copy is whole and durable.
                DamagedPool.assertSame(copy.crash(CrashMode.NOTHING, random).contents(), damaged);
                images.add(image);
            }
        });
        work.accept(repair(disk));
        disk.observe(() -> {});
        assertThat(images).isNotEmpty();
        Map<String, String> done = DamagedPool.shown(disk.contents());
        assertThat(done).isNotNull();
        for (Map<String, byte[]> image : images) {
            SimulatedDisk again = SimulatedDisk.of(image);
            if (expected == null || !isSound(image)) {
                work.accept(repair(again));
            }
            assertThat(DamagedPool.shown(again.contents())).isEqualTo(expected == null ? done : expected);
        }
    }
}
