package io.nvmredis.bench.micro;

import io.mashona.logwriting.AppendOnlyLog;
import io.mashona.logwriting.AppendOnlyLogImpl;
import io.mashona.logwriting.AppendOnlyLogImplConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import jdk.nio.mapmode.ExtendedMapMode;
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

/**
 * The same batches appended to a log of mashona-logwriting, one put for each record, since it has no groups: each is
 * durable by itself. In a file that cannot be mapped with MAP_SYNC its way to make bytes durable is msync, which in
 * /dev/shm is a system call that does nothing. It is cleared when it is full.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MashonaBenchmark {
    private static final int LOG_LENGTH = 256 << 20;
    private static final AppendOnlyLogImplConfig CONFIG = new AppendOnlyLogImplConfig(true, true, false, false);

    @Param({"1", "16", "64"})
    private int batch;

    @Param({"64", "256", "1024"})
    private int recordLength;

    private byte[] record = new byte[0];
    private @Nullable MicroDirectory directory;
    private @Nullable AppendOnlyLog log;

    @Setup(Level.Trial)
    public void open() throws IOException {
        MicroDirectory made = new MicroDirectory();
        directory = made;
        record = new byte[recordLength];
        try (FileChannel channel = FileChannel.open(
                made.path().resolve("log"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            log = new AppendOnlyLogImpl(channel.map(mode(channel), 0, LOG_LENGTH), 0, LOG_LENGTH, CONFIG);
        }
    }

    private static MapMode mode(FileChannel channel) {
        try {
            channel.map(ExtendedMapMode.READ_WRITE_SYNC, 0, LOG_LENGTH);
            return ExtendedMapMode.READ_WRITE_SYNC;
        } catch (IOException | UnsupportedOperationException e) {
            return MapMode.READ_WRITE;
        }
    }

    @Benchmark
    public int put() {
        AppendOnlyLog current = log;
        if (current == null) {
            throw new IllegalStateException();
        }
        if (!current.canAccept(2 * batch * (recordLength + Long.BYTES + 64))) {
            current.clear();
        }
        for (int i = 0; i < batch; i++) {
            current.put(record);
        }
        return current.remaining();
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        if (directory != null) {
            directory.close();
        }
    }
}
