package io.nvmredis.nvm.table;

/**
 * Statistics of the table, as of the last published batch.
 *
 * @param keyCount keys of all databases
 * @param liveBytes bytes of records that are reachable
 * @param usedBytes bytes of all files of the table
 * @param bucketCount buckets of the index, overflow buckets not counted
 * @param appendedBytes bytes of records written since open, by the writer and the cleaner
 * @param foldCount chains written as a new base since open
 * @param mergeCount times that deltas were written as one since open
 * @param cleanedSegmentCount segments cleaned since open
 * @param damagedSegmentCount segments in which damage has been found
 * @param damagedIndexFileCount other files of the table in which damage has been found
 * @param damagedReadCount reads that were answered with an error for damage
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
