package io.nvmredis.nvm.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.SimulatedDisk;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a lost or misdirected write leaves of a file of the table, or decay, is told: the start is refused, with nothing
 * changed, or reads of what is gone are answered with an error, those of the rest rightly, and a walk over all keys shows
 * them all or ends with an error.
 */
class TablePageDamageTest {
    /** Index files of two pages. */
    private static final TableShape SHAPE = new TableShape(16 << 10, 64 + 127 * 64, 64 << 10, 128);

    private static final int PAGE = 4096;
    private static final int LINE = 64;
    private static final int KEYS = 1500;
    private static final int BITS = Integer.getInteger("damage.bits", 400);
    private static final int LINES = Integer.getInteger("damage.lines", 400);
    private static final long SEED = Long.getLong("damage.seed", System.nanoTime());

    /** What becomes of a piece of a file. */
    enum Kind {
        ZEROED,
        /** With the next piece. */
        SWAPPED,
        /** As it was when the table had two thirds of its keys, and older values of these. */
        OLDER,
        /** What is at the same place of another file of the kind. */
        OF_ANOTHER_FILE
    }

    private record Damaged(String what, Map<String, byte[]> files) {}

    private final Map<String, byte[]> older;
    private final Map<String, byte[]> files;
    private int refused;
    private int told;
    private int harmless;

    TablePageDamageTest() {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestTable table = new TestTable(disk, SHAPE, Long.MAX_VALUE)) {
            for (int i = 0; i < KEYS * 2 / 3; i++) {
                table.set("key" + i, i % 5 == 0 ? "older" : value(i));
                if (i % 300 == 0) {
                    table.publish();
                }
            }
            table.checkpoint();
            older = copy(disk);
            for (int i = 0; i < KEYS; i++) {
                if (i % 5 == 0 || i >= KEYS * 2 / 3) {
                    table.set("key" + i, value(i));
                }
                if (i % 300 == 0) {
                    table.publish();
                }
            }
            table.checkpoint();
        }
        files = copy(disk);
        assertThat(files).containsKeys(TableFileNames.overflow(0), TableFileNames.index(2), TableFileNames.heap(5));
    }

    /** Of 64 bytes with its record: so that records begin at the same places of many pages. */
    private static String value(int i) {
        return String.format(Locale.ROOT, "%016d", i);
    }

    private static Map<String, byte[]> copy(SimulatedDisk disk) {
        return new TreeMap<>(disk.contents());
    }

    private Damaged damaged(Kind kind, String name, int at, int length) {
        byte[] now = files.get(name);
        byte[] changed = now.clone();
        switch (kind) {
            case ZEROED -> Arrays.fill(changed, at, Math.min(changed.length, at + length), (byte) 0);
            case SWAPPED -> {
                int count = Math.min(length, now.length - at - length);
                if (count > 0) {
                    System.arraycopy(now, at + length, changed, at, count);
                    System.arraycopy(now, at, changed, at + length, count);
                }
            }
            case OLDER -> {
                byte[] old = older.getOrDefault(name, now);
                System.arraycopy(old, at, changed, at, Math.min(length, Math.min(old.length, now.length) - at));
            }
            case OF_ANOTHER_FILE -> {
                byte[] other = files.get(another(name));
                System.arraycopy(other, at, changed, at, Math.min(length, Math.min(other.length, now.length) - at));
            }
        }
        Map<String, byte[]> all = new TreeMap<>(files);
        all.put(name, changed);
        return new Damaged(kind + ": " + name + " at " + at, all);
    }

    /** The next file of the same kind, or of the other of index and overflow; the same one if there is none. */
    private String another(String name) {
        List<String> candidates = new ArrayList<>(files.keySet());
        String suffix = name.substring(name.lastIndexOf('.'));
        candidates.removeIf(other -> !other.endsWith(suffix));
        return candidates.get((candidates.indexOf(name) + 1) % candidates.size());
    }

    private void requireTold(Damaged damaged) {
        SimulatedDisk disk = SimulatedDisk.of(damaged.files());
        Table table;
        try {
            table = TestTable.open(disk, SHAPE, Long.MAX_VALUE);
        } catch (PersistenceException e) {
            refused++;
            assertThat(e).as(damaged.what()).hasMessageContaining(" expected ").hasMessageContaining("simulated/");
            damaged.files()
                    .forEach((name, content) -> assertThat(disk.content(name))
                            .as("%s: %s is refused", damaged.what(), name)
                            .isEqualTo(content));
            return;
        }
        int errors = requireNoneWrong(damaged, table);
        boolean isWalkWhole = walk(table);
        assertThat(table.statistics().damagedReadCount()).as(damaged.what()).isGreaterThanOrEqualTo(errors);
        // A walk meets what no lookup of a key that is there does, but reads no values.
        boolean isTold = errors > 0 || !isWalkWhole;
        told += isTold ? 1 : 0;
        harmless += isTold ? 0 : 1;
    }

    private static int requireNoneWrong(Damaged damaged, Table table) {
        int errors = 0;
        for (int i = 0; i < KEYS; i++) {
            try {
                assertThat(ShownTable.value(table, 0, TestTable.bytes("key" + i)))
                        .as("%s: key%d", damaged.what(), i)
                        .isEqualTo("STRING " + value(i) + " until -1");
            } catch (PersistenceException e) {
                errors++;
            }
        }
        return errors;
    }

    /** Whether it ends, with all keys; throws if it ends without one. */
    private static boolean walk(Table table) {
        Set<String> shown = new HashSet<>();
        try {
            long cursor = 0;
            do {
                cursor = table.scan(
                        cursor, (database, key, info) -> shown.add(new String(key, StandardCharsets.ISO_8859_1)));
            } while (cursor != 0);
        } catch (PersistenceException e) {
            return false;
        }
        assertThat(shown).hasSize(KEYS);
        return true;
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfEachPage(Kind kind) {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            for (int at = 0; at < file.getValue().length; at += PAGE) {
                requireTold(damaged(kind, file.getKey(), at, PAGE));
            }
        }
        System.out.println(kind + ": refused " + refused + ", told " + told + ", harmless " + harmless);
        assertThat(refused + told).isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource
    void shouldTellOfLines(Kind kind) {
        System.out.println("seed " + SEED);
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> names = List.copyOf(files.keySet());
        for (int i = 0; i < LINES; i++) {
            String name = names.get(random.nextInt(names.size()));
            int at = random.nextInt(files.get(name).length / LINE) * LINE;
            requireTold(damaged(kind, name, at, LINE));
        }
        System.out.println(kind + ": refused " + refused + ", told " + told + ", harmless " + harmless);
    }

    @Test
    void shouldTellOfAnOlderPageOfALargeIndexWhenItHasBeenCompared() {
        SimulatedDisk disk = SimulatedDisk.of(
                damaged(Kind.OLDER, TableFileNames.index(0), 0, PAGE).files());
        Table table = TableAudit.open(disk, SHAPE, () -> 0, 0);
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < KEYS; i++) {
            if (!("STRING " + value(i) + " until -1").equals(ShownTable.value(table, 0, TestTable.bytes("key" + i)))) {
                wrong.add("key" + i);
            }
        }
        assertThat(wrong).as("keys that are missing or older").isNotEmpty();
        assertThatThrownBy(() -> {
                    while (table.maintain(10_000)) {
                        assertThat(table.damage()).isNull();
                    }
                })
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("simulated/table.nvm is damaged: at offset ")
                .hasMessageContaining(" slots in the files of buckets, found ");
        for (String key : List.of(wrong.get(0), "key1", "no such key")) {
            assertThatThrownBy(() -> table.info(0, TestTable.bytes(key))).isInstanceOf(PersistenceException.class);
            assertThatThrownBy(() -> ShownTable.value(table, 0, TestTable.bytes(key)))
                    .isInstanceOf(PersistenceException.class);
        }
        assertThat(walk(table)).isFalse();
        assertThatThrownBy(() -> table.flush(0, 1 << 20)).isInstanceOf(PersistenceException.class);
        assertThat(table.statistics().damagedIndexFileCount()).isOne();
    }

    @Test
    void shouldFindNothingWrongWithALargeIndexThatChangesWhileItIsCompared() {
        SimulatedDisk disk = SimulatedDisk.of(files);
        long lsn = 1 << 20;
        try (Table table = TableAudit.open(disk, SHAPE, () -> 0, 0)) {
            int round = 0;
            while (table.maintain(2_000)) {
                for (int i = 0; i < 40; i++) {
                    table.apply(0, TestTable.bytes("new" + round + "/" + i), set(++lsn));
                    table.apply(0, TestTable.bytes("key" + (round * 40 + i) % KEYS), set(++lsn));
                }
                assertThat(++round).isLessThan(1000);
            }
            assertThat(round).isGreaterThan(20);
            assertThat(table.core().isCheckNeeded()).isFalse();
            assertThat(table.damage()).isNull();
            TableAudit.of(table);
        }
    }

    private static KeyEffects set(long lsn) {
        Transaction effects = new Transaction();
        new Effects(effects).begin(Effect.SET, 2).argument(TestTable.bytes("")).argument(TestTable.bytes("changed"));
        return new KeyEffects().add(lsn, effects.bytes(), 0, effects.length());
    }

    /** A page of entries that is zeroes would make segments that are in use seem free, and be used again. */
    @Test
    void shouldRefuseATableThatForgetsItsSegments() {
        requireTold(damaged(Kind.ZEROED, TableFileNames.TABLE, TableDescriptor.SEGMENTS_OFFSET, PAGE));
        assertThat(refused).isOne();
    }

    /** A journal that was whole once would be done again over what came after it. */
    @Test
    void shouldRefuseAJournalOfAnEarlierBatch() {
        int journal = TableDescriptor.journalOffset(SHAPE);
        requireTold(damaged(Kind.OLDER, TableFileNames.TABLE, journal, SHAPE.journalLength()));
        assertThat(refused).isOne();
    }

    /** A table that knows too few buckets would look for keys where they have been split from. */
    @Test
    void shouldRefuseOlderWords() {
        requireTold(damaged(Kind.OLDER, TableFileNames.TABLE, 0, PAGE));
        assertThat(refused).isOne();
    }

    @Test
    void shouldTellOfBits() {
        System.out.println("seed " + SEED);
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> names = List.copyOf(files.keySet());
        for (int i = 0; i < BITS; i++) {
            String name = names.get(random.nextInt(names.size()));
            byte[] changed = files.get(name).clone();
            int at = random.nextInt(changed.length);
            int bit = random.nextInt(Byte.SIZE);
            changed[at] ^= (byte) (1 << bit);
            Map<String, byte[]> all = new TreeMap<>(files);
            all.put(name, changed);
            requireTold(new Damaged(name + " at " + at + ", bit " + bit, all));
        }
        System.out.println("bits: refused " + refused + ", told " + told + ", harmless " + harmless);
        assertThat(refused + told).isGreaterThan(BITS / 20);
    }
}
