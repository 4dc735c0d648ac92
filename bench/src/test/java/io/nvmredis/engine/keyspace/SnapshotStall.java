package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.value.ObservedHash;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.ValueType;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Prints how long a client has to wait at most while a snapshot is shown: of a million strings of 1 KB, and of one hash of
 * a million fields. Run it with {@code -Xmx4g} on the test class path.
 */
final class SnapshotStall {
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
    private static final int COUNT = 1_000_000;

    private SnapshotStall() {}

    public static void main(String[] arguments) throws InterruptedException {
        Locale.setDefault(Locale.ROOT);
        TestClient strings = new TestClient();
        Database database = strings.engine.databases().database(0);
        for (int i = 0; i < COUNT; i++) {
            database.load(Slice.create("key:" + i), new RMString(new byte[1024]));
        }
        for (int round = 0; round < 3; round++) {
            measure("nothing", strings, false, "key:", true);
            measure("1 GB of strings", strings, true, "key:", true);
        }
        TestClient hash = new TestClient();
        ObservedHash fields = new ObservedHash(hash.engine.server()::getClock);
        for (int i = 0; i < COUNT; i++) {
            fields.put(Slice.create("field:" + i), Slice.create("value:" + i));
        }
        hash.engine.databases().database(0).load(Slice.create("hash"), fields);
        for (int round = 0; round < 3; round++) {
            measure("a big hash, read", hash, true, "", false);
            measure("a big hash, written", hash, true, "", true);
        }
    }

    /** A snapshot on a thread of its own, or as long without one, and random commands here. */
    private static void measure(String what, TestClient client, boolean isShown, String prefix, boolean writes)
            throws InterruptedException {
        client.persister.transactions.clear();
        long start = System.nanoTime();
        long[] longest = new long[2];
        Thread thread = new Thread(() -> {
            if (isShown) {
                try (Snapshot snapshot = client.engine.cut(lsn -> {})) {
                    Nothing nothing = new Nothing();
                    boolean isMore = true;
                    while (isMore) {
                        long from = CPU.getCurrentThreadCpuTime();
                        isMore = snapshot.advance(nothing);
                        longest[0] = Math.max(longest[0], CPU.getCurrentThreadCpuTime() - from);
                    }
                }
            } else {
                LockSupport.parkNanos(1_000_000_000L);
            }
        });
        thread.start();
        Random random = new Random(1);
        long[] nanos = new long[4_000_000];
        int count = 0;
        while (thread.isAlive() && count < nanos.length) {
            List<byte[]> command = command(prefix, random, writes);
            long from = System.nanoTime();
            long cpuFrom = CPU.getCurrentThreadCpuTime();
            client.session.execute(command);
            longest[1] = Math.max(longest[1], CPU.getCurrentThreadCpuTime() - cpuFrom);
            nanos[count++] = System.nanoTime() - from;
        }
        thread.join();
        double seconds = (System.nanoTime() - start) / 1e9;
        Arrays.sort(nanos, 0, count);
        System.out.printf(
                Locale.ROOT,
                "%-22s %.2f s, %d commands: p50 %.0f us, p99 %.0f us, p99.9 %.0f us, longest %.1f ms; longest of the"
                        + " snapshot's steps %.1f ms, of the commands %.1f ms by the thread's own clock%n",
                what,
                seconds,
                count,
                nanos[count / 2] / 1e3,
                nanos[count - 1 - count / 100] / 1e3,
                nanos[count - 1 - count / 1000] / 1e3,
                nanos[count - 1] / 1e6,
                longest[0] / 1e6,
                longest[1] / 1e6);
    }

    private static List<byte[]> command(String prefix, Random random, boolean writes) {
        int index = random.nextInt(COUNT);
        String[] words = prefix.isEmpty()
                ? writes
                        ? new String[] {"hset", "hash", "field:" + index, "x" + index}
                        : new String[] {"hget", "hash", "field:" + index}
                : new String[] {"set", prefix + index, "x".repeat(1024)};
        return Arrays.stream(words).map(TestClient::bytes).toList();
    }

    /** Looks at nothing. */
    private static final class Nothing implements SnapshotVisitor {
        @Override
        public void key(int database, byte[] key, long deadlineMillis) {}

        @Override
        public void end() {}

        @Override
        public void begin(ValueType type, int elementCount) {}

        @Override
        public void string(byte[] value) {}

        @Override
        public void listElement(byte[] element) {}

        @Override
        public void setMember(byte[] member) {}

        @Override
        public void hashField(byte[] field, byte[] value, long deadlineMillis) {}

        @Override
        public void zsetMember(byte[] member, double score) {}

        @Override
        public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {}

        @Override
        public void streamLastId(long idMillis, long idSequence) {}
    }
}
