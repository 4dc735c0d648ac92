package io.nvmredis.nvm.pmem;

import java.util.List;

/**
 * A directory of mapped files in one persistence domain.
 *
 * <p>Names are plain file names. A file's bytes become durable through its region or {@link #syncFile}; its name, new,
 * changed or gone, through {@link #sync}. Every method throws {@link io.nvmredis.spi.errors.PersistenceException}, naming the
 * file, if it cannot do what it says.
 */
public interface PmemDirectory {

    /** The names of the plain files in it, sorted. */
    List<String> list();

    /** The file as a message names it. */
    String pathOf(String name);

    /** Length of a file in bytes. */
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

    /** Gives a file another name, atomically; the new one must not be taken. */
    void rename(String from, String to);

    /** Puts a file in the place of another, atomically: at every moment one of the two has the name. */
    void replace(String from, String to);

    void delete(String name);

    /** Makes durable which names the directory has. */
    void sync(PersistSite site);

    /** Bytes that can still be allocated. */
    long usableBytes();

    /** What the bytes in it survive. */
    PersistenceDomain domain();
}
