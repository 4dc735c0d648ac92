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

/**
 * Makes and opens the files of one table, and counts their bytes. Only the writer uses it, except that any thread reads
 * {@link #usedBytes}.
 */
public final class TableFiles {
    private final PmemDirectory directory;
    private final long tableId;
    private final TableShape shape;
    private final long capacityBytes;
    /**
     * Names of the files in the directory, listed once, since listing thousands of files for each of them takes
     * seconds.
     */
    private final Set<String> names;

    private volatile long usedBytes;

    /**
     * Creates the files of a table.
     *
     * @param capacityBytes most bytes that they may take together
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

    /** Returns the bytes of all files. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Deletes the files whose making a crash has interrupted. */
    public void deleteUnfinished() {
        List<String> unfinished =
                names.stream().filter(TableFileNames::isUnfinished).toList();
        for (String name : unfinished) {
            delete(name, Math.toIntExact(directory.length(name)));
        }
    }

    /** Makes the names of the files durable: after a process crash some of them may not be. */
    public void settleNames() {
        // A crash before this leaves any of the names that were not synced; a crash after it leaves all.
        directory.sync(PersistSite.TABLE_SETTLED_NAMES);
    }

    /** Returns whether a file of this length could be made. */
    boolean hasRoomFor(long length) {
        return length <= capacityBytes - usedBytes && length <= directory.usableBytes();
    }

    /** Returns whether flushing many lines one by one takes hardly any time, as on real persistent memory. */
    public boolean flushesLines() {
        return !directory.domain().writesPages();
    }

    public String pathOf(String name) {
        return directory.pathOf(name);
    }

    /** Returns the names of all files of the directory. Called by the writer. */
    public Set<String> names() {
        return Collections.unmodifiableSet(names);
    }

    /**
     * Makes a file, durably: it gets its name only when it is whole.
     *
     * @param content writes and flushes what follows the header
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
            // A crash before this leaves a temporary file of any length; a crash after it leaves one of zeroes, of full
            // length and with all its blocks.
            directory.syncFile(PersistSite.TABLE_FILE, temporary);
            TableFileHeader.write(region, magic, tableId, number, shape);
            content.accept(region);
            // A crash before this leaves a temporary file of any content; a crash after it leaves a whole file that
            // only
            // lacks its name.
            region.drain(PersistSite.TABLE_FILE_HEADER);
            directory.rename(temporary, name);
            region.rename(directory.pathOf(name));
            // A crash before this leaves the file under either name, and nothing refers to it; after it, the table may
            // refer to it.
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

    /** Makes a file that has only its header: see {@link #create(String, long, int, int, Consumer)}. */
    public PmemRegion create(String name, long magic, int number, int length) {
        return create(
                name,
                magic,
                number,
                length,
                region -> region.flush(PersistSite.TABLE_FILE_HEADER, 0, TableFileHeader.LENGTH));
    }

    /**
     * Replaces a file of an older version by one of the newest, in one step that is durable.
     *
     * @param content writes and flushes what follows the header
     * @throws NoSpaceException if there is no room for both; nothing has changed then
     */
    public void replace(String name, long magic, int number, int length, Consumer<PmemRegion> content) {
        String temporary = LogFileNames.temporary(name);
        directory.delete(temporary);
        PmemRegion region = directory.create(temporary, length);
        try {
            // A crash before this leaves a temporary file of any length; a crash after it leaves one of zeroes, of full
            // length and with all its blocks.
            directory.syncFile(PersistSite.CONVERTED_FILE, temporary);
            TableFileHeader.write(region, magic, tableId, number, shape);
            region.flush(PersistSite.CONVERTED_CONTENT, 0, TableFileHeader.LENGTH);
            content.accept(region);
            // A crash before this leaves a temporary file of any content; a crash after it leaves a whole file that
            // only
            // lacks its name.
            region.drain(PersistSite.CONVERTED_CONTENT);
            directory.replace(temporary, name);
            // A crash before this leaves the file of the older version or the new one, each whole; a crash after it
            // leaves the new one.
            directory.sync(PersistSite.CONVERTED_NAME);
        } catch (RuntimeException | Error e) {
            directory.delete(temporary);
            throw e;
        } finally {
            region.close();
        }
    }

    /** Opens a file, and checks that it belongs to this table and has this kind and number. */
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

    /** Deletes a file that nothing refers to, durably: no crash brings it back. */
    public void deleteDurably(String name, int length) {
        delete(name, length);
        // A crash before this leaves the file or not; a crash after it leaves it gone.
        directory.sync(PersistSite.TABLE_FILE_GONE);
    }

    /** Deletes a file that nothing refers to. A crash may bring it back; it is deleted again then. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One writer.
    void delete(String name, int length) {
        directory.delete(name);
        names.remove(name);
        usedBytes -= length;
    }
}
