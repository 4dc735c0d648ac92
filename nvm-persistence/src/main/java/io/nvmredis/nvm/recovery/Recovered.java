package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.replay.Replayer;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.RecoveryReport;

/**
 * An opened directory.
 *
 * @param log open for writing, its threads not started
 * @param table contains every transaction of the log up to its checkpoint
 * @param replayer brings the others to it
 * @param shape of the table
 * @param replayedBytes of log records that are to be replayed into the table
 * @param report for the user
 */
public record Recovered(
        Log log, Table table, Replayer replayer, TableShape shape, long replayedBytes, RecoveryReport report) {}
