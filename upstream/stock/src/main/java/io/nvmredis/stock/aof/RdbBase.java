package io.nvmredis.stock.aof;

import io.nvmredis.rdb.RdbFile;
import io.nvmredis.rdb.RdbInput;
import io.nvmredis.rdb.RdbLoadOptions;
import io.nvmredis.rdb.RdbLoadReport;
import io.nvmredis.rdb.RdbLoader;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the part of an append-only file that is in RDB format: a base file, or the beginning of a file of an older
 * Redis.
 */
final class RdbBase {
    /** Options by which keys come with their deadlines even if these have passed: later files may change those keys. */
    private static final RdbLoadOptions OPTIONS = RdbLoadOptions.DEFAULT.withDropsExpired(false);

    /** Bytes of the longest file that {@link #isEmpty} reads. */
    private static final int MAX_EMPTY_LENGTH = 1 << 10;

    private RdbBase() {}

    /**
     * Returns whether a base file, in either format, can be read to its end and holds no data: a first start writes
     * such a file before anything else. A file of more than 1 KB counts as not empty.
     */
    static boolean isEmpty(Path path) throws IOException {
        if (Files.size(path) > MAX_EMPTY_LENGTH) {
            return false;
        }
        long[] transactions = {0};
        TransactionSink counter = (lsn, bytes, offset, length) -> transactions[0]++;
        try {
            long end = RdbFile.isRdb(path)
                    ? load(path, counter, LoadingListener.NONE).endOffset()
                    : 0;
            return AofFiles.read(path, end, counter, LoadingListener.NONE) == null && transactions[0] == 0;
        } catch (PersistenceException e) {
            return false;
        }
    }

    /** Loads the RDB part. Its keys are no transactions of the log, so the sink is given them with LSN 0. */
    static RdbLoadReport load(Path path, TransactionSink sink, LoadingListener listener) throws IOException {
        try (InputStream source = Files.newInputStream(path)) {
            RdbInput input = new RdbInput(source, path.toString(), Files.size(path), listener);
            return new RdbLoader(input, OPTIONS, new Unnumbered(sink)).load();
        }
    }

    private record Unnumbered(TransactionSink sink) implements TransactionSink {
        @Override
        public void apply(long lsn, byte[] bytes, int offset, int length) {
            sink.apply(0, bytes, offset, length);
        }

        @Override
        public void run(long lsn, byte[] bytes, int offset, int length) {
            sink.run(0, bytes, offset, length);
        }
    }
}
