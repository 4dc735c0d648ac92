package io.nvmredis.nvm.pmem;

/**
 * Every place in the code that makes something durable, and what a crash on either side of it leaves.
 *
 * <p>The crash simulation omits them one at a time and must fail for each.
 */
public enum PersistSite {
    /**
     * Length and blocks of a new segment file, still under its temporary name. A crash before it leaves a temporary
     * file of any length, deleted at the next open; after it, a whole file of zeroes under that name.
     */
    SEGMENT_FILE,
    /**
     * Header of a new segment, still under its temporary name. A crash before it leaves a header of any content under
     * that name, deleted at the next open; after it, a whole segment that only lacks its name.
     */
    SEGMENT_HEADER,
    /**
     * Final name of a new segment. A crash before it leaves the segment under either name, and no record in it yet;
     * after it, an empty segment that records may go to.
     */
    SEGMENT_NAME,
    /** Length and blocks of the superblock file; as for {@link #SEGMENT_FILE}. */
    SUPERBLOCK_FILE,
    /** Both copies of the superblock; as for {@link #SEGMENT_HEADER}. */
    SUPERBLOCK_CONTENT,
    /**
     * Final name of the superblock. A crash before it leaves an empty first segment and no superblock, taken for a
     * creation that was interrupted; after it, an empty log.
     */
    SUPERBLOCK_NAME,
    /**
     * One copy of the superblock, written again from the other. A crash before it leaves the good copy and a bad one,
     * as they were found; after it, two good ones.
     */
    SUPERBLOCK_REPAIR,
    /**
     * What recovery has read and nothing says was ever made durable, and the free space behind it, zeroes over a torn
     * tail included. After a process crash it sees what the processor sees, which the medium may lack. A crash before it
     * leaves any subset of those lines, as it would have without the restart: nothing of it has been shown, and the
     * first bad record stays bad whatever of the zeroes has arrived. After it, what was read is on the medium, and
     * nothing stands behind it that a later append could bring back to life.
     */
    RECOVERED,
    /**
     * The names that recovery has found. A crash before it leaves any of those that were not synced; after it, all.
     */
    RECOVERED_NAMES,
    /**
     * The records of a commit. A crash before it leaves any subset of their cache lines, of which recovery keeps the
     * longest run of whole transactions; after it, all of them.
     */
    LOG_COMMIT,
    /**
     * The frontier, at a clean close. A crash before it leaves an older frontier or none, so that damage to the last
     * commit would pass for a torn tail; after it, such damage is recognised.
     */
    CLOSE_FRONTIER
}
