package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.CheckedWord;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.heap.SegmentSpace;
import io.nvmredis.nvm.heap.TableFiles;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemRegion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts a table of version 1 to version 2.
 *
 * <p>First the table is opened as it is, and its last batch made whole; it is refused, with nothing changed, where an
 * opening refuses it, and where the index has not as many slots as the table's count. Then each file of buckets is
 * replaced by one whose words are salted, and last the table's own file, by one with sums and an empty journal. Each
 * replacement is one step, and each file of buckets has its own version: a crash leaves a table of version 1 with some
 * files of version 2, which is opened and converted further. Heap segments stay as they are. The conversion takes time
 * in proportion to the index, and the space of one file.
 */
final class TableConverter {
    private static final Logger LOG = LoggerFactory.getLogger(TableConverter.class);

    private final TableFiles files;
    private final TableState state;
    private final TableCore core;
    private long slotSum;

    private TableConverter(TableFiles files, TableState state, TableCore core) {
        this.files = files;
        this.state = state;
        this.core = core;
    }

    /** Converts the table, and closes it. */
    static void convert(TableFiles files, TableState state) {
        TableCore core;
        try {
            core = new TableCore(files, state, Long.MAX_VALUE);
        } catch (RuntimeException | Error e) {
            state.close();
            throw e;
        }
        try (core) {
            LOG.info("converting the table {} to version {}", state.region().path(), TableDescriptor.VERSION);
            new TableConverter(files, state, core).convert();
        }
    }

    private void convert() {
        slotSum = core.slotSum();
        core.index().convert();
        files.replace(
                TableFileNames.TABLE, TableDescriptor.MAGIC, 0, TableDescriptor.fileLength(files.shape()), this::write);
    }

    /** Writes everything but the journal, which stays empty. */
    private void write(PmemRegion target) {
        copy(target, TableDescriptor.BUCKET_COUNT_OFFSET, TableDescriptor.WORDS_END);
        put(target, TableDescriptor.SLOT_SUM_OFFSET, slotSum);
        put(target, TableDescriptor.SEGMENT_SUM_OFFSET, core.heap().space().foundSum());
        put(target, TableDescriptor.SEQUENCE_OFFSET, 0);
        copy(target, TableDescriptor.SEGMENTS_OFFSET, entriesEnd(files.shape()));
    }

    private int entriesEnd(TableShape shape) {
        int used = SegmentSpace.usedCount(files, state);
        return Math.min(TableDescriptor.segmentOffset(used), TableDescriptor.journalOffset(shape));
    }

    private void copy(PmemRegion target, int from, int to) {
        target.putBytes(from, state.region(), from, to - from);
        target.flush(PersistSite.CONVERTED_CONTENT, from, to - from);
    }

    private static void put(PmemRegion target, int offset, long value) {
        target.putLong(offset, CheckedWord.of(value));
        target.flush(PersistSite.CONVERTED_CONTENT, offset, Long.BYTES);
    }
}
