/**
 * Replay of the log into the table: durable transactions are read in batches, grouped by key, and applied, and then
 * their part of the log is given back.
 *
 * <p>The package uses {@code log} and {@code table}, which do not know each other, {@code format} and {@code pmem}. Threads: {@code nvm-replay}, its
 * own; the opening thread, which fills a {@link io.nvmredis.nvm.replay.BacklogIndex}; and readers of the backlog laid
 * over the table.
 */
@NullMarked
package io.nvmredis.nvm.replay;

import org.jspecify.annotations.NullMarked;
