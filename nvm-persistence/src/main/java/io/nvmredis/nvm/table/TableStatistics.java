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
 * @param damagedSegmentCount segments that cannot be cleaned, since a record in them cannot be read
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
        long damagedSegmentCount) {}
