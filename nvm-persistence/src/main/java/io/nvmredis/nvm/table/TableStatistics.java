package io.nvmredis.nvm.table;

/**
 * What the table has done and holds, as of the last published batch.
 *
 * @param keyCount keys of all databases
 * @param liveBytes bytes of records that are reachable
 * @param usedBytes bytes of all files of the table
 * @param bucketCount buckets of the index, overflow not counted
 * @param appendedBytes bytes of records written since open, by whomever
 * @param foldCount chains written as a new base since open
 * @param mergeCount times that deltas were written as one since open
 * @param cleanedSegmentCount segments cleaned since open
 * @param damagedSegmentCount segments in which something has been found that cannot be read
 * @param damagedIndexFileCount other files of the table of which that is so
 * @param damagedReadCount reads that were answered with an error for it
 */
public record TableStatistics(
        long keyCount,
        long liveBytes,
        long usedBytes,
        long bucketCount,
        long appendedBytes,
        long foldCount,
        long mergeCount,
        long cleanedSegmentCount,
        long damagedSegmentCount,
        long damagedIndexFileCount,
        long damagedReadCount) {}
