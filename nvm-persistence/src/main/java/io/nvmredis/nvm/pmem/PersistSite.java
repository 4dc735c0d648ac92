package io.nvmredis.nvm.pmem;

/**
 * Places in the code that make bytes or names durable, each with what a crash before and after it leaves.
 *
 * <p>The crash simulation omits them one at a time, and must fail for each.
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
     * Final name of the superblock. A crash before it leaves an empty first segment and no superblock, which is taken
     * for an interrupted creation; after it, an empty log.
     */
    SUPERBLOCK_NAME,
    /**
     * One copy of the superblock, written again from the other. A crash before it leaves the good copy and a bad one,
     * as they were found; after it, two good ones.
     */
    SUPERBLOCK_REPAIR,
    /**
     * Records that recovery has read and that nothing claims to be durable, and the free space behind them, zeroes up
     * to the high-water mark included. After a process crash recovery sees what the processor sees, which the medium
     * may lack. A crash before this leaves any subset of those lines, as it would have without the restart: no client
     * has seen any of it, and the first bad record stays bad whichever of the zeroes have reached the medium. After it,
     * the records that were read are on the medium, and there is nothing behind them that a later append could make
     * whole.
     */
    RECOVERED,
    /**
     * High-water marks that recovery has found, drained with {@link #RECOVERED}. A crash before it leaves the mark as
     * it was on the medium, and nothing new has been stored; after it, the mark up to which records may be stored.
     */
    RECOVERED_HIGH_WATER,
    /** Names that recovery has found. A crash before it leaves any of those that were not synced; after it, all. */
    RECOVERED_NAMES,
    /**
     * Records of a commit. A crash before it leaves any subset of their cache lines, of which recovery keeps the
     * longest run of whole transactions; after it, all of them.
     */
    LOG_COMMIT,
    /**
     * High-water mark of a segment. A crash before it leaves the mark as it was, or one that does not check and counts
     * as the segment's end: nothing behind either has been stored. After it, records may be stored up to the mark, and
     * recovery clears all bytes before it that are no record.
     */
    LOG_HIGH_WATER,
    /**
     * Frontier, at a clean close. A crash before it leaves an older frontier or none, so that damage to the last commit
     * would pass for a torn tail; after it, such damage is recognised.
     */
    CLOSE_FRONTIER,
    /**
     * One copy of the superblock with a later beginning of the log. A crash before it leaves that copy bad or old and
     * the other one good: the log begins where one of them says, and all segments from the earlier beginning on still
     * exist. After both copies, the segments before are no part of the log any more, whatever happens to them.
     */
    LOG_BEGINNING,
    /**
     * Header of a segment that is used again, under a temporary name. A crash before it leaves, under the old or the
     * temporary name, a file that no log counts as its own, deleted at the next open; after it, a segment of a new
     * epoch that only lacks its name, and none of the bytes in it can be taken for a record.
     */
    RECYCLED_HEADER,
    /** Final name of a segment that is used again; as for {@link #SEGMENT_NAME}. */
    RECYCLED_NAME,
    /**
     * Length and blocks of a new file of the table, still under its temporary name. A crash before it leaves a temporary
     * file of any length, deleted at the next open; after it, a whole file of zeroes under that name.
     */
    TABLE_FILE,
    /**
     * Header, and first content, of a new file of the table, still under its temporary name. A crash before it leaves
     * any content under that name; after it, a whole file that only lacks its name.
     */
    TABLE_FILE_HEADER,
    /**
     * Final name of a new file of the table. A crash before it leaves the file under either name, used by nothing;
     * after it, a file that the table may use.
     */
    TABLE_FILE_NAME,
    /**
     * Names of the table's files that the opening has found. A crash before it leaves any of those that were not
     * synced; after it, all.
     */
    TABLE_SETTLED_NAMES,
    /**
     * Words, segment entries and journal as the opening has found them: after a process crash it sees what the
     * processor sees, which the medium may lack. A crash before it leaves any subset, as it would have without the
     * restart; after it, the conclusions from them hold.
     */
    TABLE_SETTLED,
    /**
     * Epoch and live bytes of a heap segment that is about to be used. A crash before it leaves a free segment of this
     * epoch or the one before; after it, a free one of this epoch, which no older journal names.
     */
    HEAP_EPOCH,
    /**
     * End of a heap segment that begins to be used; drained together with its first records, before anything points at
     * them. A crash before it leaves the segment free; after it, in use with no record in it, and cleaned as such.
     */
    HEAP_SEGMENT,
    /**
     * Records of a batch. A crash before it leaves any subset of their cache lines, behind every segment's end, and
     * nothing points at them; after it, all of them, still unreachable.
     */
    HEAP_RECORDS,
    /**
     * Journal of a batch. A crash before it leaves a journal that does not check, and nothing of the batch; after it,
     * the batch is redone when the table is opened, so the table has all of it.
     */
    TABLE_JOURNAL,
    /**
     * Words of the last batch, redone when the table is opened; drained with {@link #TABLE_REDO_SLOTS}, before the
     * journal that has them may be overwritten. A crash before it leaves any subset of them, with the journal to make
     * them whole again; after it, all of them.
     */
    TABLE_REDO_WORDS,
    /** Ends and live bytes of segments, redone; as for {@link #TABLE_REDO_WORDS}. */
    TABLE_REDO_SEGMENTS,
    /** Slots, redone; as for {@link #TABLE_REDO_WORDS}. */
    TABLE_REDO_SLOTS,
    /**
     * Ends and live bytes of the segments that a batch changes; drained with {@link #TABLE_SLOTS}. A crash before it leaves
     * any subset of them, made whole from the journal; after it, all of them.
     */
    TABLE_SEGMENTS,
    /** Words that a batch changes; as for {@link #TABLE_SEGMENTS}. */
    TABLE_WORDS,
    /**
     * Slots of a batch, drained with its words and segments. A crash before it leaves any subset of them, made whole from
     * the journal; after it, all of them, and the journal may be overwritten.
     */
    TABLE_SLOTS,
    /**
     * Checkpoint. A crash before it leaves the older one, and the effects between the two are applied again without
     * effect; after it, the log up to it may be recycled.
     */
    TABLE_CHECKPOINT,
    /**
     * End, zero, of a heap segment that nothing points into any more. A crash before it leaves a segment without a live
     * record, to be cleaned again; after it, a free one.
     */
    HEAP_FREE,
    /**
     * Overflow buckets that a batch needs, and the count of allocated ones. A crash before it leaves buckets that nothing
     * links to, allocated or not; after it, ones that may be linked.
     */
    INDEX_OVERFLOW,
    /**
     * Buckets that a split makes, behind the bucket count. A crash before it leaves any content there, overwritten by
     * the next split; after it, whole buckets that lookups do not use yet.
     */
    INDEX_SPLIT_BUCKETS,
    /**
     * Bucket count. A crash before it leaves the old one: every slot is found in the old bucket. After it, slots that
     * moved are found in the new bucket, and the old one holds leftovers.
     */
    INDEX_SPLIT_COUNT,
    /**
     * Old buckets without the slots that moved, then the split count, which any later drain makes durable. A crash
     * before it leaves some of the leftovers, removed when the table is opened, since the split count is still the old
     * one; after it, none, and the next open may look for them and find none.
     */
    INDEX_SPLIT_LEFTOVERS,
    /**
     * Split count, lowered to the bucket count that a merge of buckets will leave. A crash before it leaves all as it was;
     * after it, an opening looks for leftovers in the buckets that the merge is about to fill, and finds none yet.
     */
    INDEX_MERGE_BEGUN,
    /**
     * Slots of the last buckets, copied to those that they were split from. A crash before it leaves any of the copies,
     * which the next open removes as leftovers of splits; after it, all of them, which lookups do not use yet.
     */
    INDEX_MERGE_SLOTS,
    /**
     * Bucket count, lowered. A crash before it leaves the old one: every slot is found in the last buckets. After it, slots
     * are found where they were copied to, and the last buckets are what the next split overwrites.
     */
    INDEX_MERGE_COUNT,
    /**
     * Copies of overflow buckets in places with lower numbers. A crash before it leaves any content in places that nothing
     * links to; after it, whole copies that may be linked in place of the originals.
     */
    INDEX_MOVED_OVERFLOW,
    /**
     * Links past overflow buckets that are empty or have been copied. A crash before it leaves the old link or the new one,
     * each to the same slots; after it, the new one, and the places behind the old one may be used again.
     */
    INDEX_OVERFLOW_LINKS,
    /**
     * Count of overflow buckets, lowered, when nothing links to those behind it. A crash before it leaves the old count and
     * all files; after it, the lower one, and the files behind it may be deleted.
     */
    INDEX_OVERFLOW_COUNT,
    /**
     * Name of the last file of buckets of its kind, deleted when no count reaches it. A crash before it leaves the file or
     * not, and nothing refers to it; after it, it is gone, so that no file before it can be gone while it is there.
     */
    TABLE_FILE_GONE,
    /**
     * Length and blocks of a file that replaces one of a table of an older version, still under its temporary name; as
     * for {@link #TABLE_FILE}.
     */
    CONVERTED_FILE,
    /**
     * Bytes of a file of {@link #CONVERTED_FILE}. A crash before it leaves any content under the temporary name,
     * deleted at the next open, and the file of the older version under the other; after it, a whole file that only
     * lacks its name.
     */
    CONVERTED_CONTENT,
    /**
     * Name of a file of {@link #CONVERTED_FILE}, which it takes over in one step. A crash before it leaves the file of
     * the older version or the new one, each whole and with its version; after it, the new one. The table's own file is
     * the last: until then the table is of the older version, and its conversion is continued.
     */
    CONVERTED_NAME,
    /**
     * Bytes of a copy of a file, made before a repair. A crash before it leaves any part of the copy, and the original
     * untouched; after it, a whole copy that may lack its name.
     */
    COPIED_FILE,
    /**
     * Names of all copies of {@link #COPIED_FILE}. A crash before it leaves some of the copies, and all originals untouched;
     * after it, all copies, and a repair may begin.
     */
    COPIED_NAMES,
    /**
     * Frontiers that claim what a truncation of the log is about to take away. A crash before it leaves any of them, and
     * every record; after it, none that claims anything behind the cut.
     */
    TRUNCATED_FRONTIER,
    /**
     * Zeroes in place of the records behind a cut, one segment after the other, the last one first. A crash before it leaves
     * some of the records of the segment, which a start cuts or refuses, and which the next truncation clears; after it,
     * none.
     */
    TRUNCATED_RECORDS
}
