package io.nvmredis.nvm.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.sim.Reached.State;
import io.nvmredis.nvm.sim.TableWorkload.Profile;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.nvm.table.TableAudit;
import io.nvmredis.nvm.table.TableStatistics;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One run of a table on a {@link SimulatedDisk}, all of it drawn from one seed: changes of every kind, batches,
 * checkpoints, FLUSHDB, cleaning, growth, shrinking, restarts and power cuts. Around every persist, images that a power cut could
 * leave are opened and compared with plain maps: the state is that of the last published batch or of the one being
 * published, as a whole; and after all later changes, and all since the checkpoint, have been applied again, it is the
 * newest.
 */
public final class TableCrashSimulation {
    private static final TableShape SHAPE = new TableShape(4096, 64 + 16 * 64, 32 << 10, 128);

    /** Persists, each seen before and after, until an announced kill: more than a batch takes. */
    private static final int MAX_KILL_DELAY = 60;

    private static final int INITIAL_BUCKET_COUNT = 16;
    private static final int CHANGES_PER_STEP_OF_MANY_KEYS = 4;
    /** More keys come, and go, than in other runs with many. */
    private static final int CHANGES_PER_STEP_OF_SHRINKING = 10;
    /** Records, that a chain must have more of to be a long one. */
    private static final int LONG_CHAIN = 5;

    /** Behind the end of every file: only names are looked at. */
    private static final int ANY_OFFSET = 1 << 30;

    private static final Set<PersistSite> SHRINKING_SITES =
            EnumSet.range(PersistSite.INDEX_MERGE_BEGUN, PersistSite.TABLE_FILE_GONE);

    private final long seed;
    private final SplittableRandom random;
    private final Omission omission;
    private final TableWorkload workload;
    private final int changesPerStep;
    private final boolean shrinks;
    private boolean isRemoving;
    private final Medium medium;
    private final Reached reached;
    private final Set<PersistSite> visited = EnumSet.noneOf(PersistSite.class);
    /** State after so many changes, since the last publication. */
    private final TreeMap<Integer, Map<String, String>> states = new TreeMap<>();
    /** Numbers of changes that a publication under way may end with; a batch is there as a whole or not at all. */
    private final TreeSet<Integer> publishable = new TreeSet<>();

    private SimulatedDisk disk;
    private Table table;
    private int durableCount;
    /** What the log would have been recycled up to. */
    private long checkpointLsn;

    private int imageCount;
    private boolean checking;
    private int persistCount;
    private final Killer killer;
    /** Also unannounced, while the name of a file is not yet durable. */
    private boolean mayBeKilled;

    public TableCrashSimulation(long seed, Medium medium, Omission omission, Reached reached) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.killer = new Killer(random, MAX_KILL_DELAY);
        this.medium = medium;
        this.disk = new SimulatedDisk(medium);
        this.omission = omission;
        this.reached = reached;
        Profile profile = omission.equals(Omission.NONE) ? Profile.of(seed, 6) : Profile.MIXED;
        // Few keys, which change often; or many, which make the index grow; or many that go again, which make it
        // shrink.
        boolean hasManyKeys = random.nextInt(3) == 0;
        this.shrinks = profile == Profile.MIXED && random.nextInt(3) == 0;
        hasManyKeys |= shrinks;
        this.changesPerStep = shrinks
                ? CHANGES_PER_STEP_OF_SHRINKING
                : hasManyKeys || profile == Profile.CHAINS ? CHANGES_PER_STEP_OF_MANY_KEYS : 1;
        int keyCount = profile == Profile.MIXED ? (hasManyKeys ? 400 : 40) : 2;
        this.workload = new TableWorkload(random.split(), profile, keyCount, 1200);
        states.put(0, Map.of());
    }

    /** Runs so many steps; throws what it finds. */
    public void run(int steps) {
        watch(disk);
        table = open(disk);
        mayBeKilled = true;
        for (int i = 0; i < steps; i++) {
            step();
        }
        mayBeKilled = false;
        killer.calmDown();
        disk.limit(Long.MAX_VALUE);
        mayPublishAll();
        table.publish();
        published();
        while (table.maintain(1 << 20)) {
            // Until there is nothing left to clean.
        }
        reached.addIf(TableAudit.of(table).knowsLiveRecords(), State.KNOWN_LIVE_RECORDS);
        noteReached();
        checkImage(disk.crash(CrashMode.NOTHING, random));
        assertThat(ShownTable.of(table)).isEqualTo(workload.shown());
    }

    private void watch(SimulatedDisk watched) {
        watched.omit(omission);
        watched.observe(() -> {
            if (persistCount++ % 3 == Math.floorMod(seed, 3)) {
                checkImages();
            }
            if (medium == Medium.PAGES && random.nextInt(10) == 0) {
                disk.writeBackPages(random);
            }
            killIfDue();
        });
    }

    private void killIfDue() {
        if (!checking && (killer.isAnnounced() ? killer.isDue() : isKilledUnannounced())) {
            killer.kill(disk);
        }
    }

    private boolean isKilledUnannounced() {
        return mayBeKilled && disk.hasUnsyncedNames() && random.nextInt(12) == 0;
    }

    private void step() {
        if (killer.isKilledIn(this::act)) {
            restartKilled();
        }
    }

    private void restartKilled() {
        noteReached();
        mayBeKilled = false;
        killer.restart(disk, () -> {
            disk.limit(Long.MAX_VALUE);
            table = open(disk);
        });
        killer.calmDown();
        goOnFromWhatIsFound();
        mayBeKilled = true;
    }

    private Table open(SimulatedDisk from) {
        // The index is compared with its sum at once, or by whoever cleans.
        long checkedAtOnce = Math.floorMod(seed, 4) == 0 ? 0 : Long.MAX_VALUE;
        return TableAudit.open(from, SHAPE, () -> seed * 0x9e3779b97f4a7c15L, checkedAtOnce);
    }

    private void act() {
        isRemoving ^= shrinks && random.nextInt(15) == 0;
        int dice = random.nextInt(109);
        if (dice >= 106) {
            limit();
        } else if (dice >= 103) {
            killer.announce();
        } else if (dice >= 100) {
            restartKilled();
        } else if (dice < 75) {
            for (int i = changesPerStep; i > 0; i--) {
                // A full batch is published by apply: with this change or without it.
                TableWorkload.Change change =
                        isRemoving && random.nextInt(8) > 0 ? workload.nextRemoval() : workload.next();
                reached.addIf(change.key() == null, State.FLUSHDB);
                states.put(workload.changes().size(), workload.shown());
                applyIfThereIsRoom(change);
            }
        } else if (dice < 88) {
            mayPublishAll();
            table.publish();
            published();
            TableAudit.of(table);
        } else if (dice < 92) {
            mayPublishAll();
            table.checkpoint(workload.changes().size());
            checkpointLsn = workload.changes().size();
            published();
        } else if (dice < 96) {
            mayPublishAll();
            // Little at a time: so that what the index has is compared while it changes.
            table.maintain(random.nextBoolean() ? 20_000 : 600);
            published();
            TableAudit.of(table);
        } else if (dice < 98) {
            mayPublishAll();
            noteReached();
            table.close();
            published();
            table = open(disk);
            TableAudit.of(table);
            assertThat(ShownTable.of(table)).isEqualTo(workload.shown());
        } else {
            crashAndGoOn();
        }
    }

    /** Lets others fill the disk, or give it back. */
    private void limit() {
        disk.limit(Long.MAX_VALUE);
        long used = Long.MAX_VALUE - disk.usableBytes();
        disk.limit(random.nextBoolean() ? used + random.nextInt(20_000) : Long.MAX_VALUE);
    }

    private void applyIfThereIsRoom(TableWorkload.Change change) {
        int before = workload.changes().size() - 1;
        int published = disk.persistCount(PersistSite.TABLE_JOURNAL);
        try {
            apply(change);
        } catch (NoSpaceException e) {
            reached.add(State.NO_ROOM, 1);
            // Nothing has changed; what came before may have been published.
            if (disk.persistCount(PersistSite.TABLE_JOURNAL) > published) {
                durableCount = before;
                states.headMap(before).clear();
            }
            publishable.clear();
            states.remove(before + 1);
            workload.cutTo(states.get(before), before);
        }
    }

    private void noteReached() {
        TableStatistics statistics = table.statistics();
        reached.add(State.FOLD, statistics.foldCount());
        reached.add(State.MERGE, statistics.mergeCount());
        reached.add(State.CLEANED_SEGMENT, statistics.cleanedSegmentCount());
        reached.addIf(statistics.bucketCount() > INITIAL_BUCKET_COUNT, State.GROWTH);
        reached.addIf(disk.persistCount(PersistSite.INDEX_MERGE_COUNT) > 0, State.SHRINKING);
        reached.addIf(disk.persistCount(PersistSite.INDEX_MOVED_OVERFLOW) > 0, State.MOVED_OVERFLOW);
        reached.addIf(TableAudit.hasReusedSegment(table), State.REUSED_SEGMENT);
    }

    private void mayPublishAll() {
        publishable.add(workload.changes().size());
    }

    /** It publishes a batch that is full, and a FLUSHDB by itself: what came before, or this with it. */
    private void apply(TableWorkload.Change change) {
        int count = workload.changes().size();
        publishable.add(count - 1);
        publishable.add(count);
        int published = disk.persistCount(PersistSite.TABLE_JOURNAL);
        change.applyTo(table);
        if (disk.persistCount(PersistSite.TABLE_JOURNAL) > published) {
            durableCount = TableAudit.isPublished(table) ? count : count - 1;
            states.headMap(durableCount).clear();
        }
        publishable.clear();
    }

    private void published() {
        durableCount = workload.changes().size();
        states.headMap(durableCount).clear();
        publishable.clear();
    }

    private void crashAndGoOn() {
        visited.addAll(disk.visited());
        noteReached();
        SimulatedDisk image = disk.crash(mode(), random);
        disk = image;
        watch(disk);
        mayBeKilled = false;
        checking = true;
        table = open(disk);
        checking = false;
        goOnFromWhatIsFound();
        mayBeKilled = true;
    }

    private void goOnFromWhatIsFound() {
        assertThat(disk.undurable(ANY_OFFSET))
                .as("files in use whose names are not durable")
                .isEmpty();
        Map<String, String> found = ShownTable.of(table);
        int count = countOf(found);
        long checkpoint = table.checkpointLsn();
        assertThat(checkpoint).as("the checkpoint").isGreaterThanOrEqualTo(checkpointLsn);
        states.tailMap(count, false).clear();
        workload.cutTo(found, count);
        // What a restart has shown must be there after the next power cut. Of equal states the table may be in any:
        // while
        // changes are applied again, it goes through those that follow the lowest.
        durableCount = lowestCountOf(found);
        states.headMap(durableCount).clear();
        publishable.clear();
        publishable.addAll(states.keySet());
        TableAudit.of(table);
        checkImages();
        // As replay does: everything since the checkpoint again.
        for (TableWorkload.Change change : workload.changes()) {
            if (change.lsn() > checkpoint) {
                change.applyTo(table);
            }
        }
        table.publish();
        assertThat(ShownTable.of(table)).as("applied again").isEqualTo(workload.shown());
        published();
    }

    private int lowestCountOf(Map<String, String> found) {
        return states.entrySet().stream()
                .filter(state -> mayBeFound(state.getKey()) && state.getValue().equals(found))
                .mapToInt(Map.Entry::getKey)
                .min()
                .orElseThrow();
    }

    private boolean mayBeFound(int count) {
        return count == durableCount || (count > durableCount && publishable.contains(count));
    }

    private int countOf(Map<String, String> found) {
        for (Map.Entry<Integer, Map<String, String>> state :
                states.descendingMap().entrySet()) {
            if (mayBeFound(state.getKey()) && state.getValue().equals(found)) {
                return state.getKey();
            }
        }
        assertThat(found)
                .as("the state after at least %d changes", durableCount)
                .isEqualTo(states.get(durableCount));
        return durableCount;
    }

    private CrashMode mode() {
        CrashMode mode = imageCount % 5 == 0 ? CrashMode.NOTHING : CrashMode.random(random);
        return mode.withWholeWords();
    }

    private void checkImages() {
        if (!checking) {
            checking = true;
            try {
                checkImage(disk.crash(mode(), random));
            } catch (PersistenceException e) {
                // The table, which is in the middle of something, must not take it for its own.
                throw new AssertionError(e.getMessage(), e);
            } finally {
                checking = false;
            }
        }
    }

    private void checkImage(SimulatedDisk image) {
        imageCount++;
        reached.add(State.IMAGE, 1);
        reached.addIf(isInSplit(image), isMerging() ? State.IMAGE_IN_MERGE : State.IMAGE_IN_SPLIT);
        Table opened = open(image);
        opened.verify();
        assertThat(opened.checkpointLsn()).as("the checkpoint").isGreaterThanOrEqualTo(checkpointLsn);
        int count = countOf(ShownTable.of(opened));
        TableAudit audit = TableAudit.of(opened);
        reached.addIf(audit.longestChain() > LONG_CHAIN, State.IMAGE_WITH_LONG_CHAIN);
        reached.addIf(audit.hasPart(), State.IMAGE_WITH_PARTS);
        reached.addIf(audit.hasTombstone(), State.IMAGE_WITH_TOMBSTONE);
        reached.addIf(audit.hasOverflow(), State.IMAGE_WITH_OVERFLOW);
        if (random.nextInt(4) == 0) {
            for (TableWorkload.Change change : workload.changes()) {
                if (change.lsn() > opened.checkpointLsn()) {
                    change.applyTo(opened);
                    if (random.nextInt(8) == 0) {
                        opened.publish();
                    }
                }
            }
            opened.publish();
            opened.maintain(50_000);
            assertThat(ShownTable.of(opened))
                    .as("applied again after %d", count)
                    .isEqualTo(workload.shown());
            TableAudit.of(opened);
        }
        image.release();
    }

    /** Whether the live disk is in the middle of a merge, which leaves what a split does. */
    private boolean isMerging() {
        return SHRINKING_SITES.contains(disk.site());
    }

    private static boolean isInSplit(SimulatedDisk image) {
        if (!image.list().contains(TableFileNames.TABLE)) {
            return false;
        }
        PmemRegion region = image.open(TableFileNames.TABLE);
        return region.getLong(TableDescriptor.BUCKET_COUNT_OFFSET)
                != region.getLong(TableDescriptor.SPLIT_COUNT_OFFSET);
    }

    public int imageCount() {
        return imageCount;
    }

    public Set<PersistSite> visited() {
        visited.addAll(disk.visited());
        return visited;
    }
}
