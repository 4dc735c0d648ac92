package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.log.LogMark;
import io.nvmredis.nvm.log.LogStart;
import io.nvmredis.nvm.log.SegmentFiles;
import io.nvmredis.spi.RecoveryReport;

/**
 * Opened log.
 *
 * @param start where the log goes on
 * @param files makes its further segments
 * @param unapplied beginning of the first transaction that the table need not contain
 * @param unappliedBytes bytes of the records behind that mark
 * @param report report for the user; counts the transactions behind that mark
 */
public record RecoveredLog(
        LogStart start, SegmentFiles files, LogMark unapplied, long unappliedBytes, RecoveryReport report) {}
