package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.log.LogStart;
import io.nvmredis.nvm.log.SegmentFiles;
import io.nvmredis.spi.RecoveryReport;

/**
 * An opened directory.
 *
 * @param start where the log goes on
 * @param files makes its further segments
 * @param report for the user
 */
public record RecoveredLog(LogStart start, SegmentFiles files, RecoveryReport report) {}
