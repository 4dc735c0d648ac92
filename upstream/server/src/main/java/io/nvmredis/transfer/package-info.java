/**
 * Moves data between this server's directories and Redis: {@link io.nvmredis.transfer.Import} from its files or from a
 * running one, {@link io.nvmredis.transfer.Export} to its files.
 *
 * <p>Both open the directory themselves, so no server may run on it. Where the persister holds the data
 * ({@link io.nvmredis.spi.ColdStore}), they go through it and not through memory; where it does not, through an engine
 * without a network.
 *
 * <p>Commands that Redis has written are understood by the engine ({@link io.nvmredis.engine.CommandRunner}), as when an
 * append-only file is opened; what is here is only what becomes of those that cannot be.
 *
 * <p>Threads: the caller's; {@link io.nvmredis.transfer.Import#stop} any.
 */
@NullMarked
package io.nvmredis.transfer;

import org.jspecify.annotations.NullMarked;
