package io.nvmredis.stock.aof;

import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.stock.rdb.RdbInput;
import io.nvmredis.stock.rdb.RdbLoadOptions;
import io.nvmredis.stock.rdb.RdbLoadReport;
import io.nvmredis.stock.rdb.RdbLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The part of an append-only file that is in RDB format: a base file, or the beginning of one of an older Redis. */
final class RdbBase {
    private static final byte[] MAGIC = "REDIS".getBytes(StandardCharsets.US_ASCII);
    /** Keys come with their deadlines even if these have passed: later files may tell of them. */
    private static final RdbLoadOptions OPTIONS = RdbLoadOptions.DEFAULT.withDropsExpired(false);

    private RdbBase() {}

    static boolean isRdb(Path path) throws IOException {
        try (InputStream input = Files.newInputStream(path)) {
            return Arrays.equals(input.readNBytes(MAGIC.length), MAGIC);
        }
    }

    /** Loads it. Its keys are no transactions of the log, so they have the LSN 0 on their way to the sink. */
    static RdbLoadReport load(Path path, TransactionSink sink, LoadingListener listener) throws IOException {
        try (InputStream source = Files.newInputStream(path)) {
            RdbInput input = new RdbInput(source, path.toString(), Files.size(path), listener);
            TransactionSink unnumbered = (lsn, bytes, offset, length) -> sink.apply(0, bytes, offset, length);
            return new RdbLoader(input, OPTIONS, unnumbered).load();
        }
    }
}
