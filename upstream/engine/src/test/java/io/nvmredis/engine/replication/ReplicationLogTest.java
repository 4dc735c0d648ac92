package io.nvmredis.engine.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplicationLogTest {
    private static final int BACKLOG = 100_000;
    private static final int APPENDS = 3_000;
    private static final int MAX_LENGTH = 5_000;

    private final ByteArrayOutputStream model = new ByteArrayOutputStream();
    private final ReplicationLog log = new ReplicationLog(7);

    private void append(Random random, int length) {
        byte[] bytes = new byte[length + 2];
        random.nextBytes(bytes);
        log.append(bytes, 1, length, BACKLOG);
        model.write(bytes, 1, length);
    }

    private byte[] from(long position) {
        byte[] all = model.toByteArray();
        return Arrays.copyOfRange(all, (int) position - 7, all.length);
    }

    private static byte[] rest(ReplicationLog.Reader reader) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (byte[] part = reader.next(); part != null; part = reader.next()) {
            read.writeBytes(part);
        }
        return read.toByteArray();
    }

    @Test
    void shouldGiveEachReaderEveryByteOnce() {
        long seed = new Random().nextLong();
        System.out.println("ReplicationLogTest seed " + seed);
        Random random = new Random(seed);
        List<ReplicationLog.Reader> readers = new ArrayList<>();
        List<ByteArrayOutputStream> read = new ArrayList<>();
        List<Long> starts = new ArrayList<>();
        for (int i = 0; i < APPENDS; i++) {
            if (random.nextInt(300) == 0) {
                long start = log.start() + random.nextInt((int) (log.end() - log.start()) + 1);
                readers.add(Objects.requireNonNull(log.readerAt(start)));
                read.add(new ByteArrayOutputStream());
                starts.add(start);
            }
            append(random, random.nextInt(MAX_LENGTH));
            for (int reader = 0; reader < readers.size(); reader++) {
                byte[] part = random.nextInt(20) == 0 ? readers.get(reader).next() : null;
                if (part != null) {
                    read.get(reader).writeBytes(part);
                }
            }
        }
        for (int reader = 0; reader < readers.size(); reader++) {
            read.get(reader).writeBytes(rest(readers.get(reader)));
            assertThat(read.get(reader).toByteArray()).as("seed %d", seed).isEqualTo(from(starts.get(reader)));
            assertThat(readers.get(reader).position()).isEqualTo(log.end());
        }
    }

    @Test
    void shouldKeepTheBacklogAndLittleMore() {
        Random random = new Random(1);
        for (int i = 0; i < APPENDS; i++) {
            append(random, random.nextInt(MAX_LENGTH));
            assertThat(log.end() - log.start()).isGreaterThanOrEqualTo(Math.min(BACKLOG, log.end() - 7));
        }
        assertThat(log.end() - log.start()).isLessThan(BACKLOG + (128 << 10));
        assertThat(log.readerAt(log.start() - 1)).isNull();
        assertThat(log.readerAt(log.end() + 1)).isNull();
        assertThat(rest(Objects.requireNonNull(log.readerAt(log.start())))).isEqualTo(from(log.start()));
        assertThat(rest(Objects.requireNonNull(log.readerAt(log.end())))).isEmpty();
    }
}
