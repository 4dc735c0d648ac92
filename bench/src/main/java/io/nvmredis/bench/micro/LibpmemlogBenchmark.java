package io.nvmredis.bench.micro;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.types.size_t;
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
 * The same batches appended to a log of PMDK's libpmemlog (Debian: libpmemlog1), each batch as one append, which is the
 * best that it can do. It has no checksums, and is rewound when it is full. In ordinary memory it has to be told that
 * this is non-volatile (PMEM_IS_PMEM_FORCE=1, which {@code ./nvm-redis bench --micro} sets); otherwise it calls msync.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LibpmemlogBenchmark {
    private static final long POOL_LENGTH = 256L << 20;
    private static final int MODE = 0600;

    @Param({"1", "16", "64"})
    private int batch;

    @Param({"64", "256", "1024"})
    private int recordLength;

    private byte[] records = new byte[0];
    private @Nullable MicroDirectory directory;
    private @Nullable Functions library;
    private @Nullable Pointer pool;

    /** See libpmemlog(7). */
    public interface Functions {
        Pointer pmemlog_create(String path, @size_t long length, int mode);

        int pmemlog_append(Pointer pool, byte[] bytes, @size_t long length);

        void pmemlog_rewind(Pointer pool);

        void pmemlog_close(Pointer pool);

        String pmemlog_errormsg();
    }

    @Setup(Level.Trial)
    public void open() throws IOException {
        Functions functions =
                LibraryLoader.create(Functions.class).failImmediately().load("libpmemlog.so.1");
        MicroDirectory made = new MicroDirectory();
        directory = made;
        Pointer created = functions.pmemlog_create(made.path().resolve("log").toString(), POOL_LENGTH, MODE);
        if (created == null || created.address() == 0) {
            throw new IOException("pmemlog_create: " + functions.pmemlog_errormsg());
        }
        library = functions;
        pool = created;
        records = new byte[batch * recordLength];
    }

    @Benchmark
    public int append() {
        Functions functions = library;
        Pointer log = pool;
        if (functions == null || log == null) {
            throw new IllegalStateException();
        }
        int result = functions.pmemlog_append(log, records, records.length);
        if (result != 0) {
            functions.pmemlog_rewind(log);
        }
        return result;
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        if (library != null && pool != null) {
            library.pmemlog_close(pool);
        }
        if (directory != null) {
            directory.close();
        }
    }
}
