package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.CrashTest;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A table that a crash has left in the middle of a batch, or of splits, and of which something is damaged besides: it is
 * opened, or it is refused and is as it was found.
 */
class TableRefusalTest extends CrashTest {
    private static final TableShape SHAPE = new TableShape(4096, 64 + 16 * 64, 32 << 10, 64);
    private static final int FLIPS = 100;

    private SplittableRandom random = new SplittableRandom(0);
    private final List<Map<String, byte[]>> images = new ArrayList<>();
    private boolean isWatching;

    TableRefusalTest() {
        super(1);
    }

    @Test
    void shouldChangeNothingBeforeItIsAccepted() {
        forEachSeed(this::run);
    }

    private void run(long seed) {
        random = new SplittableRandom(seed);
        images.clear();
        crashInTheMiddle();
        assertThat(images).hasSizeGreaterThan(20);
        int refused = 0;
        int madeWhole = 0;
        for (Map<String, byte[]> image : images) {
            madeWhole += isMadeWhole(image) ? 1 : 0;
            for (int i = 0; i < FLIPS; i++) {
                refused += isRefused(flipped(image)) ? 1 : 0;
            }
        }
        System.out.println(images.size() + " images, " + madeWhole + " made whole, " + refused + " refused");
        assertThat(madeWhole).isGreaterThan(images.size() / 4);
        assertThat(refused).isGreaterThan(images.size());
    }

    /** Images of a batch between its journal and its end, some of which make the index grow. */
    private void crashInTheMiddle() {
        SimulatedDisk disk = new SimulatedDisk();
        TestTable table = new TestTable(disk, SHAPE, Long.MAX_VALUE);
        disk.observe(() -> {
            if (isWatching && random.nextInt(6) == 0) {
                images.add(disk.crash(new CrashMode(60, 80, Long.BYTES), random).contents());
            }
        });
        for (int batch = 0; batch < 12; batch++) {
            for (int i = 0; i < 12; i++) {
                table.set("key" + random.nextInt(200), "v".repeat(random.nextInt(30)));
                table.hset("hash" + random.nextInt(3), "field" + i, "value");
            }
            if (batch % 3 == 2) {
                table.set("large", "v".repeat(600 + 4096 * random.nextInt(3)));
                table.delete("key" + random.nextInt(200));
            }
            isWatching = true;
            table.publish();
            isWatching = false;
        }
        assertThat(disk.visited()).contains(PersistSite.INDEX_SPLIT_LEFTOVERS, PersistSite.TABLE_SLOTS);
    }

    private static boolean isMadeWhole(Map<String, byte[]> image) {
        SimulatedDisk disk = SimulatedDisk.of(image);
        ShownTable.of(TestTable.open(disk, SHAPE, Long.MAX_VALUE));
        boolean isChanged = !isSame(disk, image);
        disk.release();
        return isChanged;
    }

    /** The same, but for one bit of something. */
    private Map<String, byte[]> flipped(Map<String, byte[]> image) {
        Map<String, byte[]> flipped = new TreeMap<>(image);
        String name = List.copyOf(image.keySet()).get(random.nextInt(image.size()));
        byte[] content = image.get(name).clone();
        int at = content.length == 0
                ? 0
                : random.nextInt(random.nextBoolean() ? content.length : Math.min(content.length, 800));
        while (at < content.length - 1 && content[at] == 0 && random.nextInt(64) > 0) {
            at++;
        }
        if (content.length > 0) {
            content[at] ^= (byte) (1 << random.nextInt(8));
        }
        flipped.put(name, content);
        return flipped;
    }

    private static boolean isRefused(Map<String, byte[]> image) {
        SimulatedDisk disk = SimulatedDisk.of(image);
        try {
            TestTable.open(disk, SHAPE, Long.MAX_VALUE);
            return false;
        } catch (PersistenceException e) {
            assertThat(isSame(disk, image))
                    .as("unchanged after: %s", e.getMessage())
                    .isTrue();
            return true;
        } finally {
            disk.release();
        }
    }

    private static boolean isSame(SimulatedDisk disk, Map<String, byte[]> files) {
        return disk.list().equals(List.copyOf(files.keySet()))
                && files.entrySet().stream()
                        .allMatch(file -> Arrays.equals(disk.content(file.getKey()), file.getValue()));
    }
}
