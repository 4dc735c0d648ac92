package io.nvmredis.nvm.table;

/**
 * What the index of a table leads to, counted.
 *
 * @param live bytes of the live records, by segment
 * @param tally keys and deadlines by database
 * @param isExact whether everything could be read
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record TableCounts(long[] live, LiveTally tally, boolean isExact) {}
