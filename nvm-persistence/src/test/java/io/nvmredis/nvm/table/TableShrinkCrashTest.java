package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.sim.CrashMode;
import io.nvmredis.nvm.sim.CrashTest;
import io.nvmredis.nvm.sim.Medium;
import io.nvmredis.nvm.sim.Omission;
import io.nvmredis.nvm.sim.Omission.Step;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Loses power around every persist while most keys of a table go, so that its index shrinks, and while some come again, which
 * take the places that have become free. Each image has the state before a batch or after it, and can shrink further and grow
 * again.
 */
class TableShrinkCrashTest extends CrashTest {
    private static final int KEYS = 600;
    /** One of so many persists of other kinds is looked at. */
    private static final int OTHERS = 12;

    private static final int LARGEST_BATCH = 200;
    private static final int MORE_KEYS = 100;

    private SplittableRandom random = new SplittableRandom(firstSeed());
    private SimulatedDisk disk = new SimulatedDisk();
    private TestTable table;
    private final Map<String, String> before = new TreeMap<>();
    private final Map<String, String> after = new TreeMap<>();
    private final Map<PersistSite, Integer> imagesInMerge = new EnumMap<>(PersistSite.class);
    private int imagesPerPersist = 2;
    private boolean isChecking;
    private int imageCount;

    TableShrinkCrashTest() {
        super(3, 40);
    }

    static Set<PersistSite> sites() {
        return EnumSet.range(PersistSite.INDEX_MERGE_BEGUN, PersistSite.TABLE_FILE_GONE);
    }

    /** The name is synced in one step. */
    static Set<PersistSite> sitesThatDrain() {
        Set<PersistSite> sites = sites();
        sites.remove(PersistSite.TABLE_FILE_GONE);
        return sites;
    }

    @Test
    void shouldComeBackWithAllKeysWhileItShrinks() {
        forEachSeed(seed -> {
            shrinkAndGrow(seed, Medium.of(seed), Omission.NONE);
            System.out.println(imageCount + " images, in merges: " + imagesInMerge);
            assertThat(disk.visited()).containsAll(sites());
            assertThat(imageCount).isGreaterThan(100);
            // In the middle of a merge, before and after each drain of it.
            assertThat(imagesInMerge)
                    .containsKeys(
                            PersistSite.INDEX_MERGE_BEGUN,
                            PersistSite.INDEX_MERGE_SLOTS,
                            PersistSite.INDEX_MERGE_COUNT);
        });
    }

    @SkippedInReplay
    @ParameterizedTest
    @MethodSource("sites")
    void shouldNoticeAnOmittedFlush(PersistSite site) {
        requireNoticed(site, Step.FLUSH);
    }

    @SkippedInReplay
    @ParameterizedTest
    @MethodSource("sitesThatDrain")
    void shouldNoticeAnOmittedDrain(PersistSite site) {
        requireNoticed(site, Step.DRAIN);
    }

    private void requireNoticed(PersistSite site, Step step) {
        imagesPerPersist = 5;
        requireNoticed(site + ", " + step, seed -> shrinkAndGrow(seed, Medium.LINES, new Omission(site, step)));
    }

    private void shrinkAndGrow(long seed, Medium medium, Omission omission) {
        random = new SplittableRandom(seed);
        disk.release();
        disk = new SimulatedDisk(medium);
        before.clear();
        after.clear();
        imageCount = 0;
        imagesInMerge.clear();
        isChecking = false;
        table = new TestTable(disk, TestTable.TINY, Long.MAX_VALUE);
        change(keys(0, KEYS), true);
        table.checkpoint();
        disk.omit(omission);
        disk.observe(this::openImages);
        shrink();
        requireState(disk.crash(CrashMode.NOTHING, random));
    }

    private void shrink() {
        List<String> going = keys(KEYS / 10, KEYS);
        for (int i = 0, end; i < going.size(); i = end) {
            end = Math.min(going.size(), i + 1 + random.nextInt(LARGEST_BATCH));
            change(going.subList(i, end), false);
            table.checkpoint();
            settle(1 + random.nextInt(3));
        }
        settle(100);
        // They take the places of slots, buckets and files that have become free.
        change(keys(KEYS, KEYS + MORE_KEYS), true);
        change(keys(KEYS, KEYS + MORE_KEYS), false);
        table.checkpoint();
        settle(100);
    }

    private void settle(int steps) {
        for (int i = 0; i < steps && table.table().maintain(4000 + random.nextInt(8000)); i++) {
            assertThat(i).isLessThan(steps);
        }
    }

    private List<String> keys(int from, int to) {
        List<String> keys = new ArrayList<>();
        for (int i = from; i < to; i++) {
            keys.add("key" + i);
        }
        return keys;
    }

    /** One batch. */
    private void change(List<String> keys, boolean isSet) {
        for (String key : keys) {
            if (isSet) {
                table.set(key, "v");
                after.put("0/" + key, "STRING v until -1");
            } else {
                table.delete(key);
                after.remove("0/" + key);
            }
        }
        table.publish();
        before.clear();
        before.putAll(after);
    }

    private void openImages() {
        if (!isChecking && (sites().contains(disk.site()) || random.nextInt(OTHERS) == 0)) {
            isChecking = true;
            for (int i = 0; i < imagesPerPersist; i++) {
                CrashMode mode = i == 0 ? CrashMode.NOTHING : CrashMode.random(random);
                openImage(disk.crash(mode.withWholeWords(), random));
            }
            isChecking = false;
        }
    }

    private void openImage(SimulatedDisk image) {
        try {
            requireState(image);
        } catch (PersistenceException e) {
            // The table, which is in the middle of something, must not take it for its own.
            throw new AssertionError(e.getMessage(), e);
        }
    }

    private void requireState(SimulatedDisk image) {
        imageCount++;
        if (isInMerge(image)) {
            imagesInMerge.merge(disk.site(), 1, Integer::sum);
        }
        TestTable opened = new TestTable(image, TestTable.TINY, Long.MAX_VALUE);
        opened.table().verify();
        Map<String, String> shown = ShownTable.of(opened.table());
        assertThat(shown).isIn(before, after);
        TableAudit.of(opened.table());
        if (random.nextInt(4) == 0) {
            requireReopening(image, opened, shown);
        }
        if (random.nextInt(4) == 0) {
            while (opened.table().maintain(1 << 20)) {
                // Until it is as small as it can be.
            }
            requireGrowth(opened, shown);
        }
        image.release();
    }

    /** Loses power again in a process that has only given space back, and so has written no batch of its own accord. */
    private void requireReopening(SimulatedDisk image, TestTable opened, Map<String, String> shown) {
        for (int steps = random.nextInt(12); steps > 0; steps--) {
            opened.table().maintain(1000 + random.nextInt(8000));
        }
        SimulatedDisk again = image.crash(CrashMode.random(random).withWholeWords(), random);
        TestTable reopened = new TestTable(again, TestTable.TINY, Long.MAX_VALUE);
        reopened.table().verify();
        assertThat(ShownTable.of(reopened.table())).isEqualTo(shown);
        TableAudit.of(reopened.table());
        again.release();
    }

    private static void requireGrowth(TestTable opened, Map<String, String> shown) {
        Map<String, String> more = new TreeMap<>(shown);
        for (int i = 0; i < KEYS; i++) {
            opened.set("more" + i, "v");
            more.put("0/more" + i, "STRING v until -1");
        }
        opened.publish();
        opened.table().verify();
        assertThat(ShownTable.of(opened.table())).isEqualTo(more);
        TableAudit.of(opened.table());
    }

    private static boolean isInMerge(SimulatedDisk image) {
        PmemRegion region = image.open(TableFileNames.TABLE);
        return region.getLong(TableDescriptor.BUCKET_COUNT_OFFSET)
                != region.getLong(TableDescriptor.SPLIT_COUNT_OFFSET);
    }
}
