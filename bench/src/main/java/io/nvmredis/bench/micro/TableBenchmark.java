package io.nvmredis.bench.micro;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.table.KeyEffects;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.StreamState;
import io.nvmredis.spi.effects.Transaction;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One SET applied to the table, one key looked up in it, one value read out of it; keys at random. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TableBenchmark {
    private static final int KEY_LENGTH = 16;
    private static final int DIGITS = 10;
    private static final int PUBLISHED_TOGETHER = 1024;

    @Param({"1000000"})
    private int keyCount;

    @Param({"100", "1024"})
    private int valueLength;

    private final byte[] key = new byte[KEY_LENGTH];
    private final KeyEffects change = new KeyEffects();
    private final SplittableRandom random = new SplittableRandom(1);
    private final Counter counter = new Counter();
    private byte[] effects = new byte[0];
    private int keyOffset;
    private long lsn;
    private @Nullable MicroDirectory directory;
    private @Nullable Table table;

    @Setup(Level.Trial)
    public void fill() throws IOException {
        MicroDirectory made = new MicroDirectory();
        directory = made;
        Transaction transaction = new Transaction();
        Arrays.fill(key, (byte) '#');
        new Effects(transaction).begin(Effect.SET, 2).argument(key).argument(new byte[valueLength]);
        effects = Arrays.copyOf(transaction.bytes(), transaction.length());
        keyOffset = 0;
        while (effects[keyOffset] != '#') {
            keyOffset++;
        }
        table = Table.open(made.emulated(), TableShape.DEFAULT, Long.MAX_VALUE, () -> 1);
        for (int number = 0; number < keyCount; number++) {
            set(number);
        }
    }

    private Table table() {
        return Objects.requireNonNull(table);
    }

    private void name(int number) {
        int rest = number;
        for (int at = KEY_LENGTH - 1; at >= KEY_LENGTH - DIGITS; at--) {
            key[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private void set(int number) {
        name(number);
        System.arraycopy(key, 0, effects, keyOffset, KEY_LENGTH);
        change.reset().add(++lsn, effects, 0, effects.length);
        table().apply(0, key, change);
        if (lsn % PUBLISHED_TOGETHER == 0) {
            table().publish();
            table().maintain(1 << 20);
        }
    }

    @Benchmark
    public void applySet() {
        set(random.nextInt(keyCount));
    }

    @Benchmark
    public @Nullable KeyInfo lookup() {
        name(random.nextInt(keyCount));
        return table().info(0, key);
    }

    @Benchmark
    public long hydrate() {
        name(random.nextInt(keyCount));
        table().lookup(0, key, counter);
        return counter.byteCount;
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        if (table != null) {
            table.close();
        }
        if (directory != null) {
            directory.close();
        }
    }

    /** Takes values and counts their bytes. */
    private static final class Counter implements ValueVisitor {
        private long byteCount;

        @Override
        public void begin(ValueType type, int elementCount) {
            byteCount += elementCount;
        }

        @Override
        public void string(byte[] value) {
            byteCount += value.length;
        }

        @Override
        public void listElement(byte[] element) {
            byteCount += element.length;
        }

        @Override
        public void setMember(byte[] member) {
            byteCount += member.length;
        }

        @Override
        public void hashField(byte[] field, byte[] value, long deadlineMillis) {
            byteCount += field.length;
        }

        @Override
        public void zsetMember(byte[] member, double score) {
            byteCount += member.length;
        }

        @Override
        public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
            byteCount += fieldsAndValues.length;
        }

        @Override
        public void streamState(StreamState state) {
            byteCount++;
        }

        @Override
        public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
            byteCount += group.length;
        }

        @Override
        public void streamConsumer(byte[] consumer, long seenMillis) {
            byteCount += consumer.length;
        }

        @Override
        public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
            byteCount++;
        }
    }
}
