package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.log.LogMark;
import io.nvmredis.nvm.log.LogStart;
import io.nvmredis.nvm.log.SegmentFiles;
import io.nvmredis.spi.RecoveryReport;

/**
 * An opened log.
 *
 * @param start where the log goes on
 * @param files makes its further segments
 * @param unapplied where the first transaction begins that the table does not contain for certain
 * @param unappliedBytes bytes of the records behind that place
 * @param report for the user; counts the transactions behind that place
 */
public record RecoveredLog(
        LogStart start, SegmentFiles files, LogMark unapplied, long unappliedBytes, RecoveryReport report) {}
