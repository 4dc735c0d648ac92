package io.nvmredis.nvm.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.sim.OfflineCheck;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.nvm.sim.TestPool;
import io.nvmredis.spi.Finding;
import io.nvmredis.spi.InspectionReport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DirectoryCheckTest {
    private final Map<String, byte[]> files = DamagedPool.files();

    private static InspectionReport check(Map<String, byte[]> files) {
        return OfflineCheck.of(files, TestPool.SMALL_TABLE);
    }

    @Test
    void shouldFindADirectoryAfterAKillSoundAndTellWhatAStartReplays() {
        InspectionReport report = check(files);
        assertThat(report.findings()).isEmpty();
        assertThat(report.harmless()).isEmpty();
        assertThat(report.isSound()).isTrue();
        assertThat(report.start().transactionCount()).isEqualTo(2);
        assertThat(report.start().lastLsn()).isEqualTo(report.start().checkpointLsn() + 2);
    }

    /** {@code -Dcheck.seed=S} repeats a run. */
    @Test
    void shouldFindDamageWheneverAStartOrAReadDoes() {
        long seed = Long.getLong("check.seed", System.nanoTime());
        System.out.println("-Dcheck.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, String> expected = DamagedPool.shown(files);
        int refused = 0;
        int found = 0;
        for (int i = 0; i < 1200; i++) {
            List<String> names = new ArrayList<>(files.keySet());
            String name = names.get(random.nextInt(names.size()));
            int offset = nextUsed(random, files.get(name));
            int bit = random.nextInt(8);
            Map<String, byte[]> damaged = DamagedPool.flipped(files, name, offset, bit);
            String what = name + ", byte " + offset + ", bit " + bit;
            Map<String, String> shown = DamagedPool.shown(damaged);
            InspectionReport report = check(damaged);
            if (shown == null) {
                refused++;
                assertThat(report.isSound()).as(what).isFalse();
            }
            if (report.isSound()) {
                // A transaction that nothing claims durable may be cut as a torn tail, which is said.
                assertThat(shown.equals(expected) || report.start().note() != null)
                        .as(what + ": all is shown, or it is said what is cut")
                        .isTrue();
            } else {
                found++;
            }
        }
        assertThat(refused).isGreaterThan(100);
        assertThat(found).isGreaterThanOrEqualTo(refused);
    }

    /** An offset of a byte that is not zero, mostly: the others are seldom read. */
    private static int nextUsed(SplittableRandom random, byte[] content) {
        int offset = random.nextInt(content.length);
        for (int i = 0; i < 200 && content[offset] == 0; i++) {
            offset = random.nextInt(content.length);
        }
        return offset;
    }

    @Test
    void shouldFindEveryDamageAndNotTheFirstAlone() {
        Map<String, byte[]> damaged = DamagedPool.damagedBehind(files, "list", 8);
        damaged = DamagedPool.damagedBehind(damaged, "string2", 9);
        InspectionReport report = check(damaged);
        assertThat(report.findings()).hasSize(2);
        assertThat(report.findings()).extracting(Finding::part).containsOnly("payload");
        assertThat(report.findings())
                .extracting(finding -> new String(finding.key().name(), StandardCharsets.US_ASCII))
                .containsExactlyInAnyOrder("list", "string2");
    }

    @Test
    void shouldFindEachMissingFile() {
        for (String name : files.keySet()) {
            Map<String, byte[]> rest = new TreeMap<>(files);
            rest.remove(name);
            boolean isMissed = DamagedPool.shown(rest) == null;
            assertThat(check(rest).isSound()).as(name).isEqualTo(!isMissed);
        }
    }

    @Test
    void shouldNotTakeATornTailForDamage() {
        SimulatedDisk disk = SimulatedDisk.of(files);
        TestPool pool = TestPool.unreplayed(disk, DamagedPool.SEGMENT_LENGTH, TestPool.SMALL_TABLE);
        pool.append("SET torn value");
        Map<String, byte[]> torn = disk.contents();
        for (Map.Entry<String, byte[]> file : torn.entrySet()) {
            String text = new String(file.getValue(), StandardCharsets.ISO_8859_1);
            if (file.getKey().startsWith("log-") && text.contains("torn")) {
                torn = DamagedPool.flipped(torn, file.getKey(), text.lastIndexOf("torn"), 3);
                break;
            }
        }
        InspectionReport report = check(torn);
        assertThat(report.isSound()).isTrue();
        assertThat(report.start().note()).contains("torn tail");
    }
}
