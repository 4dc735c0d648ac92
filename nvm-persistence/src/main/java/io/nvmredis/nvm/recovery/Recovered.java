package io.nvmredis.nvm.recovery;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.replay.Replayer;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.RecoveryReport;

/**
 * Opened directory.
 *
 * @param log log that is open for writing, its threads not started
 * @param table table that contains every transaction of the log up to its checkpoint
 * @param replayer replayer that brings the other transactions to the table
 * @param shape shape of the table
 * @param replayedBytes bytes of log records that are to be replayed into the table
 * @param report report for the user
 */
public record Recovered(
        Log log, Table table, Replayer replayer, TableShape shape, long replayedBytes, RecoveryReport report) {}
