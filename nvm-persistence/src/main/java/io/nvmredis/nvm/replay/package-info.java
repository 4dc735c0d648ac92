/**
 * From the log to the table: durable transactions are read in batches, grouped by key, applied, and the log behind them
 * is given back.
 *
 * <p>Uses {@code log} and {@code table}, which do not know each other. Threads: one of our own, {@code nvm-replay}; while
 * a directory is opened, the opening one in its place.
 */
@NullMarked
package io.nvmredis.nvm.replay;

import org.jspecify.annotations.NullMarked;
