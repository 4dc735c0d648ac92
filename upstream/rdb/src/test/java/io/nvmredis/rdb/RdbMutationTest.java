package io.nvmredis.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files: whatever is changed in one, loading ends soon, with a {@link PersistenceException} or with data, and
 * never with wrong data while there is a checksum.
 */
class RdbMutationTest {
    private static final long SEED = System.nanoTime();
    private static final int SEED_COUNT = 4;
    private static final Duration TIME_PER_SEED = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    @Test
    @Timeout(120)
    void shouldSurviveAnyChangeOfAFileWithoutChecksum() throws IOException {
        for (long seed = SEED; seed < SEED + SEED_COUNT; seed++) {
            System.out.println("seed " + seed);
            Random random = new Random(seed);
            byte[] file = file(seed, random.nextBoolean(), false);
            long end = System.nanoTime() + TIME_PER_SEED.toNanos();
            int failed = 0;
            int count = 0;
            while (System.nanoTime() < end) {
                failed += load(mutated(file, random), random.nextBoolean()) ? 0 : 1;
                count++;
            }
            System.out.println(count + " changes, " + failed + " refused");
            assertThat(failed).isPositive();
        }
    }

    @Test
    @Timeout(120)
    void shouldFindAnyChangeOfAFileWithChecksum() throws IOException {
        System.out.println("seed " + SEED);
        Random random = new Random(SEED);
        byte[] file = file(SEED, true, true);
        assertThat(load(file, true)).isTrue();
        long end = System.nanoTime() + TIME_PER_SEED.toNanos();
        while (System.nanoTime() < end) {
            byte[] mutated = mutated(file, random);
            // What follows a whole file is not part of it: a stream goes on behind it.
            if (!beginsWith(mutated, file)) {
                assertThat(load(mutated, random.nextBoolean()))
                        .as("a changed file is refused")
                        .isFalse();
            }
        }
    }

    @Test
    @Timeout(120)
    void shouldFindThatAFileIsCutOffAnywhere() throws IOException {
        System.out.println("seed " + SEED);
        byte[] file = file(SEED, true, true);
        int step = Math.max(1, file.length / 2_000);
        for (int length = 0; length < file.length; length += step) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThat(load(cut, true)).isFalse();
            assertThat(load(cut, false)).isFalse();
        }
    }

    @Test
    void shouldAllocateNothingForClaims() {
        byte[] header = MemoryDataSet.bytes("REDIS0010");
        // A key of 2^40 bytes; a value of so many; a list of so many elements; a string compressed to one byte.
        byte[][] bodies = {
            {0, (byte) 0x81, 0, 0, 1, 0, 0, 0, 0, 0, 'x'},
            {0, 1, 'k', (byte) 0x81, 0, 0, 1, 0, 0, 0, 0, 0, 'x'},
            {1, 1, 'k', (byte) 0x81, 0, 0, 1, 0, 0, 0, 0, 0, 1, 'x'},
            {0, 1, 'k', (byte) 0xC3, 1, (byte) 0x80, 0x7f, -1, -1, 0, 0, 'x'},
            {0, 1, 'k', (byte) 0xC3, (byte) 0x80, 0x7f, -1, -1, 0, (byte) 0x80, 0x7f, -1, -1, 0, 0, 'x'},
            {0, 1, 'k', (byte) 0x81, -1, -1, -1, -1, -1, -1, -1, -1, 'x'},
            {0, 1, 'k', (byte) 0x80, 0x7f, -1, -1, 0, 'x'},
            {14, 1, 'k', (byte) 0x81, 0, 0, 1, 0, 0, 0, 0, 0, 11, 11, 0, 0, 0, 10, 0, 0, 0, 0, 0, -1},
        };
        for (byte[] body : bodies) {
            byte[] file = Arrays.copyOf(header, header.length + body.length);
            System.arraycopy(body, 0, file, header.length, body.length);
            for (boolean isLengthKnown : new boolean[] {true, false}) {
                long before = allocatedBytes();
                assertThat(load(file, isLengthKnown)).as(Arrays.toString(body)).isFalse();
                assertThat(allocatedBytes() - before).isLessThan(8 << 20);
            }
        }
    }

    /** Takes keys and libraries of functions. */
    private static final TransactionSink NOWHERE = new TransactionSink() {
        @Override
        public void apply(long lsn, byte[] bytes, int offset, int length) {
            // What could be read is not kept.
        }

        @Override
        public void run(long lsn, byte[] bytes, int offset, int length) {
            // What could be read is not kept.
        }
    };

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    /** Whether it could be loaded; anything else than success or a clear refusal fails the test. */
    private static boolean load(byte[] file, boolean isLengthKnown) {
        RdbInput input = new RdbInput(
                new ByteArrayInputStream(file), "the file", isLengthKnown ? file.length : -1, LoadingListener.NONE);
        try {
            new RdbLoader(input, RdbLoadOptions.DEFAULT.withSkipsUnsupported(true), NOWHERE).load();
            return true;
        } catch (PersistenceException e) {
            assertThat(e.getMessage()).contains("the file");
            return false;
        } catch (RuntimeException | Error e) {
            return fail("a damaged file ended in " + e, e);
        }
    }

    private static boolean beginsWith(byte[] bytes, byte[] file) {
        return bytes.length >= file.length && Arrays.equals(bytes, 0, file.length, file, 0, file.length);
    }

    /** Bytes changed, a piece repeated, taken out or exchanged for a huge length. */
    private static byte[] mutated(byte[] file, Random random) {
        byte[] bytes = file.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes = spliced(bytes, at, random.nextInt(20), new byte[0]);
                case 3 ->
                    bytes = spliced(
                            bytes,
                            at,
                            0,
                            Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + random.nextInt(20))));
                case 4 -> bytes = spliced(bytes, at, 1, new byte[] {(byte) 0x81, 0, 0, 1, 0, 0, 0, 0, 0});
                default -> bytes = spliced(bytes, at, 1, new byte[] {(byte) 0x80, (byte) random.nextInt(), 1, 2, 3});
            }
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int at, int removed, byte[] inserted) {
        int behind = Math.min(bytes.length, at + removed);
        byte[] result = new byte[at + inserted.length + bytes.length - behind];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(inserted, 0, result, at, inserted.length);
        System.arraycopy(bytes, behind, result, at + inserted.length, bytes.length - behind);
        return result;
    }

    /** Every type in every encoding that is written here; {@link RdbRedisTest} has those of real Redis. */
    private byte[] file(long seed, boolean isCompressed, boolean hasChecksum) throws IOException {
        Path file = directory.resolve("dump.rdb");
        try (FileChannel channel = FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
                Snapshot snapshot = new RandomDataSets(seed, true).make(60).cut(lsn -> {})) {
            RdbFile.write(snapshot, channel, new RdbOptions(isCompressed, hasChecksum, false), RdbFile.Progress.NONE);
        }
        return Files.readAllBytes(file);
    }
}
