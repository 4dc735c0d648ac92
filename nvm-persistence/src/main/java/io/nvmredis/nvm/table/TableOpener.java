package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.BucketDescriptor;
import io.nvmredis.nvm.format.CheckedWord;
import io.nvmredis.nvm.format.Damage;
import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.format.TableFileHeader;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.heap.TableFiles;
import io.nvmredis.nvm.heap.TableState;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import io.nvmredis.nvm.table.TableDecision.OtherFilesState;
import io.nvmredis.nvm.table.TableDecision.TableFileState;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Opens the table's own file, or makes it, as {@link TableDecision} decides. */
final class TableOpener {
    private final PmemDirectory directory;
    private final TableShape shape;
    private final long capacityBytes;
    private final LongSupplier ids;
    private @Nullable TableFiles files;

    TableOpener(PmemDirectory directory, TableShape shape, long capacityBytes, LongSupplier ids) {
        this.directory = directory;
        this.shape = shape;
        this.capacityBytes = capacityBytes;
        this.ids = ids;
    }

    /** Returns the files of the table that {@link #open} has found or made. */
    TableFiles files() {
        if (files == null) {
            throw new IllegalStateException("not open");
        }
        return files;
    }

    TableState open() {
        PmemRegion region =
                directory.list().contains(TableFileNames.TABLE) ? directory.open(TableFileNames.TABLE) : null;
        try {
            TableDecision decision = TableDecision.of(
                    TableFileState.of(region == null ? null : TableFileHeader.state(region, TableDescriptor.MAGIC)),
                    otherFiles());
            return switch (decision) {
                case CREATE, CREATE_AGAIN -> create();
                case OPEN -> accept(region(region));
                case REFUSE_TABLE_MISSING ->
                    throw Damage.damaged(
                            directory.pathOf(TableFileNames.TABLE), 0, "a table, since there are its files", "no file");
                case REFUSE_FILES_MISSING ->
                    throw Damage.damaged(
                            directory.pathOf(TableFileNames.index(0)), 0, "the first file of buckets", "no file");
                case REFUSE_TABLE_DAMAGED, REFUSE_TABLE_FOREIGN, REFUSE_VERSION -> {
                    TableFileHeader.verify(region(region), TableDescriptor.MAGIC);
                    throw new IllegalStateException(decision + " of a good header");
                }
            };
        } catch (RuntimeException e) {
            if (region != null) {
                region.close();
            }
            throw e;
        }
    }

    private static PmemRegion region(@Nullable PmemRegion region) {
        if (region == null) {
            throw new IllegalStateException("no file");
        }
        return region;
    }

    private OtherFilesState otherFiles() {
        List<String> others = directory.list().stream()
                .filter(name -> TableFileNames.isTables(name)
                        && !TableFileNames.isUnfinished(name)
                        && !name.equals(TableFileNames.TABLE))
                .toList();
        if (others.isEmpty()) {
            return OtherFilesState.NONE;
        }
        return others.equals(List.of(TableFileNames.index(0)))
                ? OtherFilesState.FIRST_BUCKETS
                : OtherFilesState.PRESENT;
    }

    private void deleteUnfinished() {
        directory.list().stream().filter(TableFileNames::isUnfinished).forEach(directory::delete);
    }

    private TableState accept(PmemRegion region) {
        TableFileHeader.verify(region, TableDescriptor.MAGIC);
        TableShape found = TableFileHeader.shape(region);
        int expected = TableDescriptor.fileLength(found);
        if (region.length() != expected) {
            throw Damage.damaged(
                    region.path(),
                    Math.min(region.length(), expected),
                    expected + " bytes",
                    region.length() + " bytes");
        }
        files = new TableFiles(directory, TableFileHeader.tableId(region), found, capacityBytes);
        return new TableState(region);
    }

    private TableState create() {
        deleteUnfinished();
        directory.delete(TableFileNames.index(0));
        TableFiles made = new TableFiles(directory, ids.getAsLong(), shape, capacityBytes);
        files = made;
        made.create(
                        TableFileNames.index(0),
                        BucketDescriptor.MAGIC,
                        0,
                        shape.bucketFileLength(),
                        region -> BucketArray.writeEmpty(
                                region, BucketDescriptor.seed(made.tableId(), false), TableIndex.INITIAL_BUCKET_COUNT))
                .close();
        return new TableState(made.create(
                TableFileNames.TABLE, TableDescriptor.MAGIC, 0, TableDescriptor.fileLength(shape), region -> {
                    region.putLong(
                            TableDescriptor.BUCKET_COUNT_OFFSET, CheckedWord.of(TableIndex.INITIAL_BUCKET_COUNT));
                    region.putLong(TableDescriptor.SPLIT_COUNT_OFFSET, CheckedWord.of(TableIndex.INITIAL_BUCKET_COUNT));
                    region.flush(PersistSite.TABLE_FILE_HEADER, 0, TableDescriptor.WORDS_END);
                }));
    }
}
