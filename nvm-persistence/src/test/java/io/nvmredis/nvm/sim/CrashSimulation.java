package io.nvmredis.nvm.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.RecordDescriptor;
import io.nvmredis.nvm.format.RecordReader;
import io.nvmredis.nvm.format.SegmentDescriptor;
import io.nvmredis.nvm.format.SuperblockDescriptor;
import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.log.LogReader;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.recovery.LogRecovery;
import io.nvmredis.nvm.recovery.RecoveredLog;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One run of a log on a {@link SimulatedDisk}, all of it drawn from one seed: appends of all sizes, commits, segments
 * made ahead, clean restarts, power cuts, decay. Around every persist, images that a power cut could leave are recovered
 * and compared with a list: everything acknowledged is there, in order, nothing is half there, and nothing else is.
 */
public final class CrashSimulation {
    /** One page of records or so: segments fill up after a few transactions. A user may change it at any start. */
    private static final int[] SEGMENT_LENGTHS = {8192, 8192, 8192, 6144, 8192, 12288};

    private static final int SEGMENT_LENGTH = 8192;

    /** Persists, each seen before and after, until an announced kill: more than making a segment takes. */
    private static final int MAX_KILL_DELAY = 14;

    /** What a start after a kill has to persist again if the kill came before it. */
    private static final List<PersistSite> LEFT_IN_CACHES =
            List.of(PersistSite.SEGMENT_NAME, PersistSite.RECYCLED_NAME, PersistSite.LOG_HIGH_WATER);

    /** Bytes of transactions that reach a segment made before. */
    private static final int FILLING = 2 * SEGMENT_LENGTH;

    private final long seed;
    private final SplittableRandom random;
    private final Set<PersistSite> visited = EnumSet.noneOf(PersistSite.class);
    private final List<byte[]> appended = new ArrayList<>();
    private final Omission omission;
    private final Medium medium;
    private SimulatedDisk disk;
    private Log log;
    /** Goes behind the log as replay does. */
    private LogReader reader;

    private long acknowledgedLsn;
    /** What a table would say durably that it contains. */
    private long checkpointLsn;

    private long recycledCount;
    private int imageCount;
    private int tornCount;
    private int cleanFlushes;
    /** Guards against checking images of images without end. */
    private boolean checking;

    private final Killer killer;
    /** What the process is killed before; null: nothing. */
    private @Nullable PersistSite killBefore;

    public CrashSimulation(long seed, Medium medium, Omission omission) {
        this.seed = seed;
        this.medium = medium;
        this.disk = new SimulatedDisk(medium);
        this.random = new SplittableRandom(seed);
        this.killer = new Killer(random, MAX_KILL_DELAY);
        this.omission = omission;
    }

    /** Runs so many steps; throws what it finds. */
    public void run(int steps) {
        watch(disk);
        openAndVerify();
        for (int i = 0; i < steps; i++) {
            step();
        }
        // Of pages, what is around a line comes along.
        assertThat(medium == Medium.PAGES ? 0 : cleanFlushes + disk.cleanFlushes(PersistSite.LOG_COMMIT))
                .as("lines flushed by commits although clean")
                .isZero();
    }

    private void watch(SimulatedDisk watched) {
        watched.omit(omission);
        watched.observe(() -> {
            checkImages();
            if (medium == Medium.PAGES && !checking && random.nextInt(10) == 0) {
                disk.writeBackPages(random);
            }
            killIfDue();
        });
    }

    private void killIfDue() {
        if (!checking && (killer.isDue() || disk.site() == killBefore)) {
            killBefore = null;
            killer.kill(disk);
        }
    }

    private void step() {
        if (random.nextInt(24) == 0) {
            killAndFill();
        } else {
            untilKilled(this::act);
        }
        checkImages();
    }

    private void untilKilled(Runnable action) {
        if (killer.isKilledIn(action)) {
            restartKilled();
        }
    }

    /**
     * Kills the process when a name or a mark is in the caches alone, and goes on until records depend on it. Random
     * kills meet that too seldom.
     */
    private void killAndFill() {
        killBefore = LEFT_IN_CACHES.get(random.nextInt(LEFT_IN_CACHES.size()));
        // A mark is a few small records ahead, a segment's end a few large ones.
        int length = killBefore == PersistSite.LOG_HIGH_WATER ? 40 : SEGMENT_LENGTH / 3;
        untilKilled(() -> {
            log.prepareSegment();
            for (int i = 0; i < FILLING; i += length) {
                append(length);
            }
            commit();
        });
        killBefore = null;
        untilKilled(() -> {
            for (int i = 0; i < 6; i++) {
                append(length);
                commit();
            }
        });
    }

    private void restartKilled() {
        killBefore = null;
        killer.restart(disk, this::openAndVerify);
    }

    private void act() {
        int dice = random.nextInt(122);
        if (dice >= 107) {
            readAndRelease();
        } else if (dice >= 104) {
            killer.announce();
        } else if (dice >= 100) {
            restartKilled();
        } else if (dice < 55) {
            append();
        } else if (dice < 75) {
            commit();
        } else if (dice < 82) {
            log.prepareSegment();
        } else if (dice < 88) {
            restart();
        } else if (dice < 96) {
            crashAndGoOn();
        } else if (dice < 98) {
            decayOfSuperblock();
        } else {
            decayAfterClose();
        }
    }

    private void append() {
        // Sizes repeat, so that what a crash leaves behind a tail fits exactly behind the next record.
        append(random.nextInt(12) == 0 ? 1 + random.nextInt(3 * SEGMENT_LENGTH) : 40 * (1 + random.nextInt(3)));
    }

    private void append(int length) {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (1 + random.nextInt(255));
        }
        appended.add(payload);
        assertThat(log.append(payload, 0, length)).isEqualTo(appended.size());
    }

    private void commit() {
        long lsn = appended.size();
        log.commit(lsn);
        acknowledgedLsn = lsn;
        assertThat(log.durableLsn()).isEqualTo(lsn);
        assertThat(disk.undurable(SegmentDescriptor.RECORDS_OFFSET))
                .as("claimed durable and never made so")
                .isEmpty();
    }

    /** Reads what is durable, or some of it, and, as after a checkpoint, gives the log behind it back. */
    private void readAndRelease() {
        int count = random.nextInt(3) == 0 ? random.nextInt(4) : Integer.MAX_VALUE;
        while (count-- > 0 && reader.next()) {
            byte[] expected = appended.get((int) reader.lsn() - 1);
            int offset = reader.offset();
            assertThat(reader.length()).isEqualTo(expected.length);
            assertThat(Arrays.equals(reader.bytes(), offset, offset + reader.length(), expected, 0, expected.length))
                    .as("transaction %d as it was appended", reader.lsn())
                    .isTrue();
        }
        assertThat(reader.lsn()).as("read").isLessThanOrEqualTo(log.durableLsn());
        if (random.nextBoolean()) {
            reader.reuse();
        }
        if (random.nextInt(3) > 0) {
            checkpointLsn = reader.lsn();
            log.release(reader.mark());
            recycledCount -= log.recycledCount();
            log.prepareSegment();
            recycledCount += log.recycledCount();
        }
    }

    private void restart() {
        log.close();
        acknowledgedLsn = appended.size();
        openAndVerify();
    }

    private void crashAndGoOn() {
        goOnWith(disk.crash(CrashMode.random(random), random));
    }

    private void goOnWith(SimulatedDisk image) {
        visited.addAll(disk.visited());
        cleanFlushes += disk.cleanFlushes(PersistSite.LOG_COMMIT);
        disk = image;
        watch(disk);
        openAndVerify();
    }

    /**
     * First one copy of the superblock decays, then, after a restart and a power cut, the other. The power may be cut as
     * soon as the restart has written the first copy again.
     */
    private void decayOfSuperblock() {
        int copy = random.nextInt(SuperblockDescriptor.COPY_COUNT);
        for (int i = 0; i < SuperblockDescriptor.COPY_COUNT; i++) {
            SimulatedDisk image = disk.crash(CrashMode.NOTHING, random);
            if (image.list().contains(LogFileNames.SUPERBLOCK)) {
                int base = (copy + i) % SuperblockDescriptor.COPY_COUNT * SuperblockDescriptor.COPY_DISTANCE;
                image.damage(LogFileNames.SUPERBLOCK, base + random.nextInt(SuperblockDescriptor.LENGTH));
            }
            killBefore = i == 0 && random.nextBoolean() ? PersistSite.RECOVERED : null;
            try {
                goOnWith(image);
            } catch (RuntimeException e) {
                if (!killer.isKilled() || disk.site() != PersistSite.RECOVERED) {
                    throw e;
                }
                killer.revive(disk);
            }
        }
        killBefore = null;
    }

    /** After a clean close and a power cut, damage to the last transaction must be refused, never taken for a tail. */
    private void decayAfterClose() {
        log.close();
        acknowledgedLsn = appended.size();
        // What the checkpoint covers need not be in the log any more.
        if (appended.size() > checkpointLsn) {
            SimulatedDisk image = disk.crash(CrashMode.NOTHING, random);
            damageLastByte(image);
            try {
                recover(image, new ArrayList<>(appended.subList(0, (int) checkpointLsn)));
                throw new AssertionError("a damaged last transaction was not noticed");
            } catch (PersistenceException expected) {
                assertThat(expected).hasMessageContaining("expected").hasMessageContaining("offset");
            }
            image.release();
        }
        openAndVerify();
    }

    /** Damages the last byte of the last record of the last transaction, which may hold one byte and no more. */
    private void damageLastByte(SimulatedDisk image) {
        RecordReader record = new RecordReader();
        for (String name : image.list()) {
            long epoch = LogFileNames.epochOf(name);
            PmemRegion region = image.open(name);
            for (int at = SegmentDescriptor.RECORDS_OFFSET; epoch >= 0 && at < region.length(); at += 8) {
                if (record.read(region, at, SegmentDescriptor.salt(logId(), epoch)) == RecordReader.Found.RECORD
                        && record.lsn() == appended.size()
                        && record.isLast()) {
                    image.damage(name, at + RecordDescriptor.HEADER_LENGTH + record.payloadLength() - 1);
                    return;
                }
            }
        }
        throw new AssertionError("no last transaction on the medium");
    }

    private long logId() {
        return seed * 0x9e3779b97f4a7c15L;
    }

    private void checkImages() {
        if (checking) {
            return;
        }
        checking = true;
        try {
            CrashMode mode = imageCount % 5 == 0 ? CrashMode.NOTHING : CrashMode.random(random);
            checkImage(disk.crash(mode, random), appended, acknowledgedLsn, 2);
        } finally {
            checking = false;
        }
    }

    /** Recovers an image, and then lets it live on for a while and lose power again. */
    private void checkImage(SimulatedDisk image, List<byte[]> maximum, long minimum, int livesLeft) {
        imageCount++;
        requireNothingBehindHighWater(image);
        List<byte[]> found = new ArrayList<>(maximum.subList(0, (int) checkpointLsn));
        RecoveredLog recovered = recover(image, found);
        tornCount += recovered.report().note() == null ? 0 : 1;
        verify(found, maximum, minimum);
        if (livesLeft > 0 && random.nextInt(4) == 0) {
            Log second = new Log(recovered.start(), recovered.files());
            long durable = found.size();
            for (int i = random.nextInt(4); i > 0; i--) {
                byte[] payload = new byte[40 * (1 + random.nextInt(3))];
                Arrays.fill(payload, (byte) (1 + random.nextInt(100)));
                found.add(payload);
                second.append(payload, 0, payload.length);
                if (random.nextBoolean()) {
                    second.commit(found.size());
                    durable = found.size();
                }
            }
            checkImage(image.crash(CrashMode.random(random), random), found, durable, livesLeft - 1);
        }
        image.release();
    }

    /** Whatever a power cut leaves: recovery clears up to the mark, so no record may be behind it. */
    private void requireNothingBehindHighWater(SimulatedDisk image) {
        RecordReader record = new RecordReader();
        for (String name : image.list()) {
            long epoch = LogFileNames.epochOf(name);
            if (epoch < 0) {
                continue;
            }
            PmemRegion region = image.open(name);
            long salt = SegmentDescriptor.salt(logId(), epoch);
            int end = region.length() - RecordDescriptor.HEADER_LENGTH;
            for (int at = SegmentDescriptor.readHighWater(region, salt); at <= end; at += RecordDescriptor.ALIGNMENT) {
                long lsn = region.getLong(at + RecordDescriptor.LSN_OFFSET);
                if (lsn > 0 && lsn <= appended.size() + MAX_KILL_DELAY) {
                    assertThat(record.read(region, at, salt))
                            .as("behind the high-water mark, at %d of %s", at, name)
                            .isNotIn(RecordReader.Found.RECORD, RecordReader.Found.BAD_PAYLOAD);
                }
            }
        }
    }

    private void openAndVerify() {
        List<byte[]> found = new ArrayList<>(appended.subList(0, (int) checkpointLsn));
        RecoveredLog recovered = recover(disk, found);
        verify(found, appended, acknowledgedLsn);
        appended.subList(found.size(), appended.size()).clear();
        acknowledgedLsn = found.size();
        visited.addAll(disk.visited());
        log = new Log(recovered.start(), recovered.files());
        reader = new LogReader(log, recovered.unapplied());
    }

    /** Adds to what the checkpoint covers what is found behind it. */
    private RecoveredLog recover(SimulatedDisk from, List<byte[]> found) {
        int segmentLength = SEGMENT_LENGTHS[random.nextInt(SEGMENT_LENGTHS.length)];
        RecoveredLog recovered =
                LogRecovery.open(from, segmentLength, this::logId, checkpointLsn, (lsn, bytes, offset, length) -> {
                    found.add(Arrays.copyOfRange(bytes, offset, offset + length));
                    assertThat(lsn).isEqualTo(found.size());
                });
        assertThat(recovered.report().lastLsn()).isEqualTo(found.size());
        assertThat(recovered.unapplied().nextLsn()).isEqualTo(checkpointLsn + 1);
        return recovered;
    }

    private static void verify(List<byte[]> found, List<byte[]> maximum, long minimum) {
        assertThat((long) found.size())
                .as("transactions recovered, of those acknowledged")
                .isGreaterThanOrEqualTo(minimum);
        assertThat(found.size()).as("transactions recovered, of those appended").isLessThanOrEqualTo(maximum.size());
        for (int i = 0; i < found.size(); i++) {
            assertThat(Arrays.equals(found.get(i), maximum.get(i)))
                    .as("transaction %d as it was appended", i + 1)
                    .isTrue();
        }
    }

    /** How many segments were used again. */
    public long recycledCount() {
        return recycledCount;
    }

    public int imageCount() {
        return imageCount;
    }

    public int tornCount() {
        return tornCount;
    }

    public Set<PersistSite> visited() {
        visited.addAll(disk.visited());
        return visited;
    }
}
