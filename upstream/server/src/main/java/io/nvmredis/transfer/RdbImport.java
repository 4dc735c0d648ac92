package io.nvmredis.transfer;

import io.nvmredis.rdb.RdbInput;
import io.nvmredis.rdb.RdbLoadOptions;
import io.nvmredis.rdb.RdbLoadReport;
import io.nvmredis.rdb.RdbLoader;
import io.nvmredis.spi.TransactionSink;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/** Imports data in the format of RDB files, from any stream. One thread. */
final class RdbImport implements TransactionSink {
    private final Filling filling;
    private final boolean replacesKeys;
    private final SkipPolicy skips;
    private final Tally tally;
    private final Progress progress;
    private final BooleanSupplier isStopped;
    private final EffectCopy copy;

    RdbImport(
            Filling filling,
            boolean replacesKeys,
            SkipPolicy skips,
            Tally tally,
            Progress progress,
            BooleanSupplier isStopped) {
        this.filling = filling;
        this.replacesKeys = replacesKeys;
        this.skips = skips;
        this.tally = tally;
        this.progress = progress;
        this.isStopped = isStopped;
        copy = new EffectCopy(tally);
    }

    /**
     * Reads a data set to its end.
     *
     * @param name name of the data set in messages
     * @param length number of bytes that there are at most
     * @param doneBytes number of bytes that came before it, for the progress
     */
    RdbInput run(InputStream source, String name, long length, long doneBytes) {
        copy.begin();
        RdbInput input = new RdbInput(
                source, name, length, (loaded, total) -> progress.reached(doneBytes + loaded, tally.keyCount()));
        RdbLoadOptions options = RdbLoadOptions.DEFAULT
                // A command that follows may need a key whose time has come.
                .withDropsExpired(false)
                .withReplacesKeys(replacesKeys)
                .withSkipsUnsupported(skips.isSkipping());
        RdbLoadReport report = new RdbLoader(input, options, this).load();
        report.dropped().forEach(tally::skip);
        return input;
    }

    /** Applies effects of the data set. */
    @Override
    public void apply(long lsn, byte[] bytes, int offset, int length) {
        if (isStopped.getAsBoolean()) {
            throw new TransferException("stopped before the end of the data");
        }
        filling.apply(copy.copy(bytes, offset, length));
    }

    /** Loads a library of functions. */
    @Override
    public void run(long lsn, byte[] bytes, int offset, int length) {
        filling.load(bytes, offset, length);
        tally.library();
    }
}
