package io.nvmredis.nvm.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.recovery.Recovered;
import io.nvmredis.nvm.recovery.Recovery;
import io.nvmredis.nvm.replay.ReplayThread;
import io.nvmredis.nvm.replay.Replayer.Step;
import io.nvmredis.nvm.replay.TableColdStore;
import io.nvmredis.nvm.replay.TableRoom;
import io.nvmredis.nvm.sim.Reached.State;
import io.nvmredis.nvm.sim.TableWorkload.Profile;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.nvm.table.TableAudit;
import io.nvmredis.nvm.table.TableStatistics;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * One run of log, replay and table together on a {@link SimulatedDisk}, all of it drawn from one seed: transactions of
 * one or more keys, FLUSHDB, commits, batches of replay, checkpoints, recycling, back-pressure, full disks, clean
 * restarts, kills and power cuts. Around persists, images that a power cut could leave are opened and compared with plain
 * maps: every key has the state after some transaction, the same one for all keys; every acknowledged transaction is in
 * it, none is half in it, and nothing else is.
 */
public final class PoolCrashSimulation {
    private static final TableShape SHAPE = new TableShape(4096, 64 + 16 * 64, 32 << 10, 256);
    private static final int[] SEGMENT_LENGTHS = {6144, 8192, 12288};
    private static final int INITIAL_BUCKET_COUNT = 16;
    /** Records, that a chain must have more of to be a long one. */
    private static final int LONG_CHAIN = 5;

    /** Of log, which some appends without replay exceed. */
    private static final int BACKLOG_LIMIT = 6 << 10;

    /** Of log: a few transactions. */
    private static final int SMALL_BATCH = 500;

    /** Persists, each seen before and after, until an announced kill: more than a batch and its checkpoint take. */
    private static final int MAX_KILL_DELAY = 80;

    private static final Set<PersistSite> OF_A_BATCH = EnumSet.of(
            PersistSite.HEAP_RECORDS, PersistSite.TABLE_JOURNAL, PersistSite.TABLE_SLOTS, PersistSite.TABLE_WORDS);

    private final long seed;
    private final SplittableRandom random;
    private final Omission omission;
    private final Reached reached;
    private final TableWorkload workload;
    private final int usualChoice;
    /** Number of changes of the workload up to and including each transaction, by LSN. */
    private final List<Integer> changeCounts = new ArrayList<>();
    /** State after each transaction that a crash may come back to. */
    private final TreeMap<Long, Map<String, String>> states = new TreeMap<>();

    private final Medium medium;
    private SimulatedDisk disk;
    private Pool pool;
    private long acknowledgedLsn;
    private boolean checking;
    private int persistCount;
    private int imageCount;
    private final Killer killer;
    /** What clients are shown until the table has all that was found when it was opened. */
    private Map<String, String> openedState = Map.of();

    private long openedLsn;
    /** Whether the one before ended without the table having had it all. */
    private boolean isInBacklog;

    /** The last one, images apart, in which a reader had to wait. */
    private Pool longChained;

    /** Whether the one before was like that, and ended without the table having had all of the backlog. */
    private boolean isInLongChain;

    private boolean isLimited;
    /** Whether lookups go through few changes of a key, so that many keys wait for the replay at a start. */
    private final boolean hasShortChains;

    /** Whether a reader that must wait for the replay lets it go on, or gives up. */
    private boolean mayStep;

    /** The last one in which the replay found no room. */
    private Pool shortOfRoom;

    /** What others do while one persists is under way, or may not begin. */
    private boolean isMeanwhile;

    /** A reader would have to wait. */
    private static final class MustWaitException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** An opened directory, as a persister has it, without threads. */
    private record Pool(Recovered recovered, TableRoom room, ReplayThread replay, TableColdStore coldStore) {
        Log log() {
            return recovered.log();
        }

        Table table() {
            return recovered.table();
        }

        /** Whether clients are shown what the table by itself does not have. */
        boolean hasBacklog() {
            return !coldStore.isComplete();
        }
    }

    public PoolCrashSimulation(long seed, Medium medium, Omission omission, Reached reached) {
        this.seed = seed;
        this.hasShortChains = seed % 2 == 0;
        this.random = new SplittableRandom(seed);
        this.killer = new Killer(random, MAX_KILL_DELAY);
        this.medium = medium;
        this.disk = new SimulatedDisk(medium);
        this.omission = omission;
        this.reached = reached;
        Profile profile = omission.equals(Omission.NONE) ? Profile.of(seed, 9) : Profile.MIXED;
        int keyCount = random.nextBoolean() ? 8 : 60;
        this.workload = new TableWorkload(random.split(), profile, profile == Profile.MIXED ? keyCount : 1, 800);
        this.usualChoice = random.nextInt(2);
        changeCounts.add(0);
        states.put(0L, Map.of());
    }

    /** Runs so many steps; throws what it finds. */
    public void run(int steps) {
        watch();
        openAndVerify();
        for (int i = 0; i < steps; i++) {
            step();
        }
        killer.calmDown();
        disk.limit(Long.MAX_VALUE);
        isMeanwhile = true;
        commit();
        while (pool.replay().step() != Step.IDLE) {
            assertThat(pool.recovered().replayer().failure()).isNull();
        }
        assertThat(ShownTable.of(pool.table())).as("applied in the end").isEqualTo(workload.shown());
        checkImage(disk.crash(CrashMode.NOTHING, random));
        noteReached();
    }

    private void watch() {
        disk.omit(omission);
        disk.observe(() -> {
            if (persistCount++ % 9 == 0) {
                checkImages();
            }
            killIfDue();
            if (medium == Medium.PAGES && !checking) {
                meanwhile();
            }
        });
    }

    /** What the kernel, the appender and the group committer do while one of the others waits for the medium. */
    private void meanwhile() {
        if (random.nextInt(10) == 0) {
            disk.writeBackPages(random);
        }
        boolean isCommit = disk.site() == PersistSite.LOG_COMMIT;
        boolean isBatch = OF_A_BATCH.contains(disk.site());
        if (isMeanwhile || isLimited || !(isCommit || isBatch) || random.nextInt(6) > 0) {
            return;
        }
        isMeanwhile = true;
        if (pool.hasBacklog() && pool.log().lastLsn() == openedLsn) {
            reached.addIf(isBatch, State.SHOWN_IN_BATCH);
            compare(pool, openedState, false);
        }
        if (pool.log().refusal(2000) == null && pool.replay().refusal(2000, true) == null) {
            reached.addIf(isCommit, State.APPENDED_IN_COMMIT);
            append(false);
        }
        if (isBatch && random.nextBoolean()) {
            reached.add(State.COMMITTED_IN_BATCH, 1);
            commit();
        }
        isMeanwhile = false;
    }

    private void killIfDue() {
        if (!checking && killer.isDue()) {
            killer.kill(disk);
        }
    }

    private void step() {
        if (killer.isKilledIn(this::act)) {
            restartKilled();
        }
        if (random.nextInt(4) == 0) {
            checkImages();
        }
    }

    private void restartKilled() {
        killer.restart(disk, () -> {
            disk.limit(Long.MAX_VALUE);
            openAndVerify();
        });
    }

    private void act() {
        int dice = random.nextInt(120);
        if (dice >= 100) {
            commit();
            replay();
        } else if (dice < 50) {
            appendIfTaken();
        } else if (dice < 64) {
            commit();
        } else if (dice < 80) {
            replay();
        } else if (dice < 86) {
            pool.log().prepareSegment();
        } else if (dice < 87) {
            restart();
        } else if (dice < 89) {
            powerCut();
        } else if (dice < 91) {
            restartKilled();
        } else if (dice < 94) {
            killer.announce();
        } else {
            limit();
        }
    }

    /** Lets others fill the disk, or give it back. */
    private void limit() {
        isLimited = !isLimited && random.nextBoolean();
        disk.limit(Long.MAX_VALUE);
        long used = Long.MAX_VALUE - disk.usableBytes();
        disk.limit(isLimited ? used + random.nextInt(random.nextBoolean() ? 6_000 : 30_000) : Long.MAX_VALUE);
        pool.room().refresh();
    }

    private void appendIfTaken() {
        if (pool.replay().isBackedUp()) {
            reached.add(State.BACK_PRESSURE, 1);
            replay();
            return;
        }
        for (int i = 1 + random.nextInt(3); i > 0 && pool.log().refusal(2000) == null; i--) {
            // Others may fill the disk between two looks of the server's.
            boolean mayAdd = isLimited && random.nextInt(3) == 0;
            if (mayAdd || pool.replay().refusal(2000, true) == null) {
                append(false);
            } else if (pool.replay().refusal(2000, false) == null) {
                reached.add(State.REFUSAL, 1);
                append(true);
            }
        }
    }

    private void append(boolean isRemoval) {
        Transaction transaction = new Transaction();
        Effects effects = new Effects(transaction);
        int database = 0;
        int changes = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
        for (int i = 0; i < changes; i++) {
            TableWorkload.Change change = isRemoval ? workload.nextRemoval() : workload.next();
            if (change.database() != database) {
                database = change.database();
                effects.begin(Effect.SELECT, 1).argument((long) database);
            }
            if (change.key() == null) {
                reached.add(State.FLUSHDB, 1);
                effects.begin(Effect.FLUSHDB, 0);
            } else {
                copy(change.effects(), effects);
            }
        }
        if (!isRemoval && random.nextInt(100) == 0) {
            addLarge(transaction);
        }
        changeCounts.add(workload.changes().size());
        long lsn = changeCounts.size() - 1L;
        states.put(lsn, workload.shown());
        try {
            assertThat(pool.log().append(transaction.bytes(), 0, transaction.length()))
                    .isEqualTo(lsn);
        } catch (PersistenceException e) {
            if (!isLimited || !(e.getCause() instanceof NoSpaceException)) {
                throw e;
            }
            // It was larger than announced: nothing is written any more, and somebody restarts the server.
            powerCut();
            return;
        }
        pool.replay().appended();
        reached.addIf(pool.hasBacklog(), State.APPENDED_BEHIND_BACKLOG);
    }

    private static void copy(byte[] from, Effects to) {
        EffectReader reader = new EffectReader().reset(from, 0, from.length);
        while (reader.next()) {
            to.begin(reader.effect(), reader.argumentCount());
            for (int i = 0; i < reader.argumentCount(); i++) {
                to.argument(reader.argument(i));
            }
        }
    }

    /** So large that it goes over several segments, and leaves nothing behind. */
    private void addLarge(Transaction transaction) {
        if (pool.log().refusal(40_000) != null) {
            return;
        }
        byte[] key = TableWorkload.bytes("large");
        byte[] value = new byte[10_000 + random.nextInt(20_000)];
        Arrays.fill(value, (byte) 'l');
        new Effects(transaction)
                .begin(Effect.SELECT, 1)
                .argument(5L)
                .begin(Effect.SET, 2)
                .argument(key)
                .argument(value)
                .begin(Effect.DEL, 1)
                .argument(key);
    }

    private void commit() {
        long lsn = changeCounts.size() - 1L;
        pool.log().commit(lsn);
        acknowledged(lsn);
    }

    private void acknowledged(long lsn) {
        acknowledgedLsn = lsn;
        states.headMap(lsn).clear();
    }

    private void replay() {
        long supersededBefore = pool.recovered().replayer().supersededEffects();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            replayStep(pool);
            if (pool.hasBacklog() && pool.recovered().replayer().shortage() == null) {
                // Where there was no room for some keys, others may be shown as later transactions have left them.
                compare(pool, openedState);
            }
            if (random.nextBoolean()) {
                pool.log().prepareSegment();
            }
        }
        reached.add(State.SUPERSEDED_EFFECT, pool.recovered().replayer().supersededEffects() - supersededBefore);
        long applied = pool.recovered().replayer().appliedLsn();
        assertThat(applied).isLessThanOrEqualTo(pool.log().durableLsn());
        if (applied == changeCounts.size() - 1 && random.nextInt(4) == 0) {
            assertThat(ShownTable.of(pool.table())).as("applied").isEqualTo(workload.shown());
        }
    }

    private void restart() {
        disk.limit(Long.MAX_VALUE);
        long lsn = changeCounts.size() - 1L;
        pool.log().commit(lsn);
        pool.replay().close();
        pool.table().close();
        pool.log().close();
        acknowledged(lsn);
        openAndVerify();
    }

    private void powerCut() {
        disk = disk.crash(mode(), random);
        watch();
        openAndVerify();
    }

    private void openAndVerify() {
        // Nobody else is there before it is open.
        isMeanwhile = true;
        isLimited = false;
        if (pool != null) {
            noteReached();
        }
        pool = open(disk);
        long found = verify(pool);
        openedState = states.get(found);
        openedLsn = found;
        changeCounts.subList((int) found + 1, changeCounts.size()).clear();
        states.tailMap(found, false).clear();
        workload.cutTo(states.get(found), changeCounts.get((int) found));
        acknowledged(found);
        isMeanwhile = false;
    }

    private void noteReached() {
        boolean hadBacklog = pool.hasBacklog();
        reached.addIf(hadBacklog, State.KILLED_IN_BACKLOG);
        reached.addIf(hadBacklog && isInBacklog, State.KILLED_IN_BACKLOG_AGAIN);
        isInBacklog = hadBacklog;
        boolean wasInLongChain = hadBacklog && pool.equals(longChained);
        reached.addIf(wasInLongChain, State.KILLED_IN_LONG_CHAIN);
        reached.addIf(wasInLongChain && isInLongChain, State.KILLED_IN_LONG_CHAIN_AGAIN);
        isInLongChain = wasInLongChain;
        TableStatistics statistics = pool.table().statistics();
        reached.add(State.FOLD, statistics.foldCount());
        reached.add(State.MERGE, statistics.mergeCount());
        reached.add(State.CLEANED_SEGMENT, statistics.cleanedSegmentCount());
        reached.addIf(statistics.bucketCount() > INITIAL_BUCKET_COUNT, State.GROWTH);
        reached.add(State.RECYCLED_LOG_SEGMENT, pool.log().recycledCount());
    }

    private Pool open(SimulatedDisk from) {
        // A user may change it at any start, and seldom does.
        int choice = random.nextInt(12) == 0 ? random.nextInt(SEGMENT_LENGTHS.length) : usualChoice;
        int segmentLength = SEGMENT_LENGTHS[choice];
        Recovery recovery = new Recovery(from, segmentLength, SHAPE, () -> seed * 0x9e3779b97f4a7c15L);
        if (hasShortChains) {
            recovery.limitLookups(1 + random.nextInt(6), 1 + random.nextInt(400));
        }
        Recovered recovered = recovery.open(LoadingListener.NONE);
        TableRoom room = new TableRoom(from, recovered.table(), recovered.shape(), Long.MAX_VALUE);
        room.refresh();
        CommitListener nobody = new CommitListener() {
            @Override
            public void onDurable(long durableLsn) {}

            @Override
            public void onCommitFailed(PersistenceException failure) {
                throw failure;
            }
        };
        ReplayThread replay = new ReplayThread(
                recovered.log(), recovered.replayer(), room, nobody, BACKLOG_LIMIT, recovered.replayedBytes());
        assertThat(replay.backlogBytes()).as("backlog after opening").isEqualTo(recovered.replayedBytes());
        if (random.nextBoolean()) {
            recovered.replayer().limitBatches(SMALL_BATCH);
        }
        Pool opened = new Pool(recovered, room, replay, new TableColdStore(recovered.table(), recovered.replayer()));
        recovered.replayer().doInPlaceOfWaiting(() -> stepInPlaceOfWaiting(opened));
        return opened;
    }

    /** Returns the LSN of the transaction after which the data have the state that was found. */
    private long verify(Pool opened) {
        long found = opened.recovered().report().lastLsn();
        reached.add(State.REPLAYED_AT_OPEN, opened.recovered().report().transactionCount());
        assertThat(found)
                .as("transactions found, of those acknowledged")
                .isBetween(acknowledgedLsn, changeCounts.size() - 1L);
        verifyShown(opened, states.get(found));
        return found;
    }

    /** Compares what clients are shown, at once and after some steps of replay; sometimes what the table has in the end. */
    private void verifyShown(Pool opened, Map<String, String> expected) {
        long checkpointLsn = opened.recovered().replayer().appliedLsn();
        compare(opened, expected);
        for (int i = random.nextInt(6); i > 0 && opened.hasBacklog() && !killer.isKilled(); i--) {
            replayStep(opened);
            compare(opened, expected);
            reached.addIf(
                    opened.hasBacklog() && opened.recovered().replayer().appliedLsn() > checkpointLsn,
                    State.SHOWN_IN_BACKLOG);
        }
        if (checking) {
            while (opened.hasBacklog()) {
                replayStep(opened);
            }
            assertThat(ShownTable.of(opened.table())).as("the table in the end").isEqualTo(expected);
        }
    }

    private void stepInPlaceOfWaiting(Pool opened) {
        if (!checking) {
            longChained = opened;
        }
        if (!mayStep) {
            throw new MustWaitException();
        }
        reached.add(State.WAITED_FOR_CHANGES, 1);
        replayStep(opened);
        if (opened.recovered().replayer().shortage() != null) {
            throw new MustWaitException();
        }
    }

    private void compare(Pool opened, Map<String, String> expected) {
        compare(opened, expected, hasShortChains && random.nextBoolean());
    }

    private void compare(Pool opened, Map<String, String> expected, boolean withSteps) {
        reached.addIf(opened.hasBacklog(), State.SHOWN_WITH_BACKLOG);
        mayStep = withSteps;
        try {
            assertThat(ShownTable.of(opened.coldStore()))
                    .as("shown, by %s", opened)
                    .isEqualTo(expected);
        } catch (MustWaitException e) {
            if (opened.recovered().replayer().shortage() == null) {
                mayStep = false;
                compareServed(opened, expected);
            }
        } catch (PersistenceException e) {
            // Where there was no room, the keys cannot always be counted.
            if (!opened.equals(shortOfRoom) || !e.getMessage().contains("could not be counted")) {
                throw e;
            }
        }
    }

    /** Compares the keys that need not wait. */
    private void compareServed(Pool opened, Map<String, String> expected) {
        expected.forEach((name, value) -> {
            int slash = name.indexOf('/');
            int database = Integer.parseInt(name.substring(0, slash));
            try {
                assertThat(ShownTable.value(
                                opened.coldStore(), database, TableWorkload.bytes(name.substring(slash + 1))))
                        .as("%s, by %s", name, opened)
                        .isEqualTo(value);
                reached.add(State.SERVED_WHILE_OTHERS_WAIT, 1);
            } catch (MustWaitException e) {
                assertThat(hasShortChains).isTrue();
            }
        });
    }

    private void replayStep(Pool opened) {
        Step step = opened.replay().step();
        if (killer.isKilled()) {
            killer.kill(disk);
        }
        PersistenceException failure = opened.recovered().replayer().failure();
        if (failure != null) {
            throw failure;
        }
        if (step == Step.WAITING_FOR_ROOM) {
            reached.add(State.NO_ROOM, 1);
            shortOfRoom = opened;
        }
    }

    private CrashMode mode() {
        CrashMode mode = imageCount++ % 5 == 0 ? CrashMode.NOTHING : CrashMode.random(random);
        return mode.withWholeWords();
    }

    private void checkImages() {
        if (!checking) {
            checking = true;
            try {
                checkImage(disk.crash(mode(), random));
            } finally {
                checking = false;
            }
        }
    }

    /** Opens an image, and sometimes lets it lose power again right after. */
    private void checkImage(SimulatedDisk image) {
        if (omission.equals(Omission.NONE) && imageCount % 9 == 0) {
            OfflineCheck.requireSound(image, medium, SHAPE, acknowledgedLsn);
        }
        reached.add(State.IMAGE, 1);
        Pool opened = open(image);
        long found = verify(opened);
        boolean isReplayed = opened.recovered().report().transactionCount() > 0;
        reached.addIf(isReplayed && OF_A_BATCH.contains(disk.site()), State.IMAGE_IN_BATCH);
        reached.addIf(isReplayed && disk.site() == PersistSite.TABLE_CHECKPOINT, State.IMAGE_BEFORE_CHECKPOINT);
        TableAudit audit = TableAudit.of(opened.table());
        reached.addIf(audit.longestChain() > LONG_CHAIN, State.IMAGE_WITH_LONG_CHAIN);
        reached.addIf(audit.hasPart(), State.IMAGE_WITH_PARTS);
        if (random.nextInt(5) == 0) {
            SimulatedDisk second = image.crash(mode(), random);
            long again = verify(open(second));
            assertThat(again)
                    .as("shown once, and gone after the next power cut")
                    .isGreaterThanOrEqualTo(found);
            second.release();
        }
        image.release();
    }
}
