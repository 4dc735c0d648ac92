package io.nvmredis.nvm.pmem;

import java.util.List;

/**
 * Directory of mapped files in one persistence domain.
 *
 * <p>Names are plain file names. A file's bytes become durable through its region or {@link #syncFile}; its name, new,
 * changed or gone, through {@link #sync}. Every method that fails throws {@link
 * io.nvmredis.spi.errors.PersistenceException}, naming the file.
 */
public interface PmemDirectory {

    /** Returns the names of the plain files in it, sorted. */
    List<String> list();

    /** Returns the path of a file, for messages. */
    String pathOf(String name);

    /** Returns the length of a file in bytes. */
    long length(String name);

    /**
     * Makes a new file of zeroes, all its blocks allocated and its pages mapped, so that writing to it meets neither a
     * full disk nor a page fault.
     *
     * @throws NoSpaceException if the disk is full; the file is gone again then
     */
    PmemRegion create(String name, int length);

    /** Maps a whole existing file. */
    PmemRegion open(String name);

    /** Makes the file's length, blocks and bytes durable. */
    void syncFile(PersistSite site, String name);

    /** Renames a file, atomically; the new name must not be taken. */
    void rename(String from, String to);

    /** Replaces a file by another, atomically: at every moment one of the two has the name. */
    void replace(String from, String to);

    void delete(String name);

    /** Makes the names in the directory durable. */
    void sync(PersistSite site);

    /** Returns the bytes that can still be allocated. */
    long usableBytes();

    /** Returns the domain of its files. */
    PersistenceDomain domain();
}
