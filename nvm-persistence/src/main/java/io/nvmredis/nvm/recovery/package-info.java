/**
 * Decisions when a directory is opened: which files make up the log, where its tail is, and whether the bytes there
 * were torn by a crash or damaged.
 *
 * <p>{@link io.nvmredis.nvm.recovery.Recovery} decides on the log and the table together; {@link
 * io.nvmredis.nvm.recovery.LogRecovery} reads the log. Every decision is a table in {@code FORMAT.md} and an enum here.
 *
 * <p>The package uses {@code log}, {@code replay}, {@code table}, {@code format} and {@code pmem}. One thread enters
 * it, before anything else runs.
 */
@NullMarked
package io.nvmredis.nvm.recovery;

import org.jspecify.annotations.NullMarked;
