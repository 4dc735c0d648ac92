/**
 * From the log to the table: durable transactions are read in batches, grouped by key, applied, and the log behind them
 * is given back.
 *
 * <p>Uses {@code log} and {@code table}, which do not know each other. Threads: one of our own, {@code nvm-replay}; the
 * opening one fills a {@link io.nvmredis.nvm.replay.BacklogIndex}; readers of what is laid over the table.
 */
@NullMarked
package io.nvmredis.nvm.replay;

import org.jspecify.annotations.NullMarked;
