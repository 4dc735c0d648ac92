/**
 * Moves data between this server's directories and Redis: {@link io.nvmredis.transfer.Import} from its files or from a
 * running Redis, {@link io.nvmredis.transfer.Export} to its files.
 *
 * <p>Both open the directory themselves, so no server may run on it. Where the persister holds the data ({@link
 * io.nvmredis.spi.ColdStore}), the data go through it and not through memory; where it does not, they go through an
 * engine without a network.
 *
 * <p>The engine runs the commands that Redis has written ({@link io.nvmredis.engine.CommandRunner}), as when an
 * append-only file is opened; this package only decides what becomes of commands that the engine cannot run.
 *
 * <p>Uses {@link io.nvmredis.engine}, {@link io.nvmredis.rdb}, {@link io.nvmredis.directory}, of {@link
 * io.nvmredis.stock} the append-only file, and the SPI; no class of upstream's and not Netty.
 *
 * <p>Threads: the caller's; {@link io.nvmredis.transfer.Import#stop} may be called on any thread.
 */
@NullMarked
package io.nvmredis.transfer;

import org.jspecify.annotations.NullMarked;
