package io.nvmredis.nvm.heap;

import io.nvmredis.nvm.format.LogFileNames;
import io.nvmredis.nvm.format.TableFileHeader;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.pmem.PersistSite;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Makes and opens the files of one table, and counts their bytes. The writer's; {@link #usedBytes} anyone's. */
public final class TableFiles {
    private final PmemDirectory directory;
    private final long tableId;
    private final TableShape shape;
    private final long capacityBytes;
    /** What is in the directory: listed once, since a listing of thousands of files for each of them takes seconds. */
    private final Set<String> names;

    private volatile long usedBytes;

    /**
     * The files of a table.
     *
     * @param capacityBytes that they may take together
     */
    public TableFiles(PmemDirectory directory, long tableId, TableShape shape, long capacityBytes) {
        this.directory = directory;
        this.tableId = tableId;
        this.shape = shape;
        this.capacityBytes = capacityBytes;
        this.names = new HashSet<>(directory.list());
        long bytes = 0;
        for (String name : names) {
            bytes += TableFileNames.isTables(name) ? directory.length(name) : 0;
        }
        this.usedBytes = bytes;
    }

    public long tableId() {
        return tableId;
    }

    public TableShape shape() {
        return shape;
    }

    /** Bytes of all files. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Deletes what was being made when a crash came. */
    public void deleteUnfinished() {
        List<String> unfinished =
                names.stream().filter(TableFileNames::isUnfinished).toList();
        for (String name : unfinished) {
            delete(name, Math.toIntExact(directory.length(name)));
        }
    }

    /** Makes durable which files there are: after a process crash some of their names may not be. */
    public void settleNames() {
        // Before: any of the names that were not synced. After: all.
        directory.sync(PersistSite.TABLE_SETTLED_NAMES);
    }

    /** Whether a file of so many bytes could be made. */
    boolean hasRoomFor(long length) {
        return length <= capacityBytes - usedBytes && length <= directory.usableBytes();
    }

    /** Whether flushing many lines one by one costs next to nothing, as on real persistent memory. */
    public boolean flushesLines() {
        return directory.domain().persistsInline();
    }

    public String pathOf(String name) {
        return directory.pathOf(name);
    }

    /** The names of all files of the directory. The writer's. */
    public Set<String> names() {
        return Collections.unmodifiableSet(names);
    }

    /**
     * Makes a file that a crash cannot undo: it has its name only when it is whole.
     *
     * @param content writes what follows the header
     * @throws NoSpaceException if the disk is full, or the capacity reached; nothing is left behind then
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    public PmemRegion create(String name, long magic, int number, int length, Consumer<PmemRegion> content) {
        if (length > capacityBytes - usedBytes) {
            throw new NoSpaceException(directory.pathOf(name), length, Math.max(0, capacityBytes - usedBytes), null);
        }
        String temporary = LogFileNames.temporary(name);
        directory.delete(temporary);
        PmemRegion region = directory.create(temporary, length);
        try {
            // Before: a temporary file of any length. After: one of zeroes, full length, no block missing.
            directory.syncFile(PersistSite.TABLE_FILE, temporary);
            TableFileHeader.write(region, magic, tableId, number, shape);
            content.accept(region);
            // Before: a temporary file with anything in it. After: a whole file that only lacks its name.
            region.drain(PersistSite.TABLE_FILE_HEADER);
            directory.rename(temporary, name);
            region.rename(directory.pathOf(name));
            // Before: either name, and nothing refers to it. After: the table may refer to it.
            directory.sync(PersistSite.TABLE_FILE_NAME);
        } catch (RuntimeException | Error e) {
            region.close();
            directory.delete(temporary);
            throw e;
        }
        names.add(name);
        usedBytes += length;
        return region;
    }

    /** See {@link #create(String, long, int, int, Consumer)}: a file with nothing but its header. */
    public PmemRegion create(String name, long magic, int number, int length) {
        return create(
                name,
                magic,
                number,
                length,
                region -> region.flush(PersistSite.TABLE_FILE_HEADER, 0, TableFileHeader.LENGTH));
    }

    /**
     * Puts a file of the newest version in the place of one of an older, in one step that a crash cannot undo.
     *
     * @param content writes and flushes what follows the header
     * @throws NoSpaceException if there is no room for both; nothing has changed then
     */
    public void replace(String name, long magic, int number, int length, Consumer<PmemRegion> content) {
        String temporary = LogFileNames.temporary(name);
        directory.delete(temporary);
        PmemRegion region = directory.create(temporary, length);
        try {
            // Before: a temporary file of any length. After: one of zeroes, full length, no block missing.
            directory.syncFile(PersistSite.CONVERTED_FILE, temporary);
            TableFileHeader.write(region, magic, tableId, number, shape);
            region.flush(PersistSite.CONVERTED_CONTENT, 0, TableFileHeader.LENGTH);
            content.accept(region);
            // Before: a temporary file with anything in it. After: a whole file that only lacks its name.
            region.drain(PersistSite.CONVERTED_CONTENT);
            directory.replace(temporary, name);
            // Before: the file of the older version or the new one, each whole. After: the new one.
            directory.sync(PersistSite.CONVERTED_NAME);
        } catch (RuntimeException | Error e) {
            directory.delete(temporary);
            throw e;
        } finally {
            region.close();
        }
    }

    /** Opens a file and checks that it is the one of this table, kind and number. */
    public PmemRegion open(String name, long magic, int number) {
        PmemRegion region = directory.open(name);
        try {
            TableFileHeader.verify(region, magic, tableId, number);
            return region;
        } catch (RuntimeException e) {
            region.close();
            throw e;
        }
    }

    /** Deletes a file that nothing refers to. It may come back after a crash, and is deleted again then. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    void delete(String name, int length) {
        directory.delete(name);
        names.remove(name);
        usedBytes -= length;
    }
}
