package io.nvmredis.bench.micro;

import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.recovery.LogRecovery;
import io.nvmredis.nvm.recovery.RecoveredLog;
import java.io.IOException;
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

/** A batch of records appended to the log, and one commit; a new log for each iteration, since nobody replays it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogBenchmark {
    private static final int SEGMENT_LENGTH = 64 << 20;

    @Param({"1", "16", "64"})
    private int batch;

    @Param({"64", "256", "1024"})
    private int recordLength;

    private byte[] record = new byte[0];
    private @Nullable MicroDirectory directory;
    private @Nullable Log log;

    @Setup(Level.Iteration)
    public void open() throws IOException {
        MicroDirectory opened = new MicroDirectory();
        RecoveredLog recovered =
                LogRecovery.open(opened.emulated(), SEGMENT_LENGTH, () -> 1, 0, (lsn, bytes, offset, length) -> {});
        Log made = new Log(recovered.start(), recovered.files());
        made.start();
        directory = opened;
        log = made;
        record = new byte[recordLength];
    }

    @Benchmark
    public long appendAndCommit() {
        Log current = log;
        if (current == null) {
            throw new IllegalStateException();
        }
        long lsn = 0;
        for (int i = 0; i < batch; i++) {
            lsn = current.append(record, 0, recordLength);
        }
        current.commit(lsn);
        return lsn;
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
        if (log != null) {
            log.close();
        }
        if (directory != null) {
            directory.close();
        }
    }
}
