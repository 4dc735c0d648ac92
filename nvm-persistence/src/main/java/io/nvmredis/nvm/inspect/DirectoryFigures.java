package io.nvmredis.nvm.inspect;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.pmem.PrivateDirectory;
import io.nvmredis.nvm.recovery.LogWalk;
import io.nvmredis.nvm.table.IndexShape;
import io.nvmredis.nvm.table.TableFigures;
import io.nvmredis.spi.Figures;
import java.util.function.Predicate;

/** Tells how many files and bytes of which kind there are, and how the table and the log are filled. One thread. */
final class DirectoryFigures {
    private final PrivateDirectory directory;

    DirectoryFigures(PrivateDirectory directory) {
        this.directory = directory;
    }

    void tell(Figures figures) {
        Figures files = figures.group("files");
        tellFiles(files.group("log"), name -> LogFileNames.epochOf(name) >= 0);
        tellFiles(files.group("heap"), name -> TableFileNames.heapNumberOf(name) >= 0);
        tellFiles(files.group("index"), name -> name.startsWith("index-") && TableFileNames.isTables(name));
        tellFiles(files.group("overflow"), name -> name.startsWith("overflow-") && TableFileNames.isTables(name));
        tellFiles(files.group("table"), TableFileNames.TABLE::equals);
        tellFiles(files.group("superblock"), LogFileNames.SUPERBLOCK::equals);
        tellFiles(files.group("other"), name -> !PrivateData.isOurs(name));
        boolean hasTable = directory.list().contains(TableFileNames.TABLE);
        long checkpointLsn = 0;
        if (hasTable) {
            TableFigures table = TableFigures.of(directory);
            checkpointLsn = table.checkpointLsn();
            tellHeap(figures.group("heap"), table);
            tellIndex(figures.group("index"), table);
        }
        tellLog(figures.group("log"), checkpointLsn);
    }

    private void tellFiles(Figures group, Predicate<String> isOfKind) {
        long bytes = 0;
        long count = 0;
        for (String name : directory.list()) {
            if (isOfKind.test(name)) {
                count++;
                bytes += directory.length(name);
            }
        }
        group.number("files", count);
        group.number("bytes", bytes);
    }

    private static void tellHeap(Figures group, TableFigures table) {
        group.number("segments_in_use", table.segmentCount());
        group.number("segments_of_one_record", table.largeCount());
        group.number("record_bytes", table.recordBytes());
        group.number("live_bytes", table.liveBytes());
        group.number("garbage_bytes", Math.max(0, table.recordBytes() - table.liveBytes()));
        Figures byLive = group.group("segments_by_live_percent");
        for (int tenth = 0; tenth < TableFigures.LIVE_GROUPS; tenth++) {
            int last = tenth == TableFigures.LIVE_GROUPS - 1 ? 100 : tenth * 10 + 9;
            byLive.number(tenth * 10 + "-" + last, table.segmentsByLive(tenth));
        }
    }

    private static void tellIndex(Figures group, TableFigures table) {
        IndexShape index = table.index();
        group.number("slots", index.slotCount());
        group.number("buckets", table.bucketCount());
        group.number("slots_per_100_buckets", 100 * index.slotCount() / Math.max(1, table.bucketCount()));
        group.number("overflow_buckets", table.overflowCount());
        group.number("overflow_buckets_linked", index.overflowCount());
        group.number("longest_chain", index.longestChain());
        Figures chains = group.group("chains_by_buckets");
        for (int length = 1; length <= IndexShape.LONGEST; length++) {
            chains.number(length + (length == IndexShape.LONGEST ? " and more" : ""), index.chains(length));
        }
    }

    private void tellLog(Figures group, long checkpointLsn) {
        LogWalk walk = new LogWalk();
        walk.walk(directory, checkpointLsn + 1, (lsn, bytes, offset, length) -> {});
        group.number("segments", walk.segmentCount());
        group.number("first_lsn", walk.firstLsn());
        group.number("last_lsn", walk.lastLsn());
        group.number("checkpoint_lsn", checkpointLsn);
        group.number("backlog_transactions", Math.max(0, walk.lastLsn() - checkpointLsn));
        group.number("backlog_bytes", walk.recordBytes());
    }
}
