/**
 * The command line: {@link io.nvmredis.cli.NvmRedis} is the main class, reads options, runs a server or a subcommand,
 * prints what a user has to know, and ends when a signal asks for it.
 *
 * <p>Uses {@link io.nvmredis.server}, {@link io.nvmredis.transfer}, {@link io.nvmredis.tools}, {@link io.nvmredis.directory}, the SPI and an
 * exception of the engine; no other package uses it.
 *
 * <p>Threads: the main thread, and those on which the JVM delivers signals ({@link io.nvmredis.cli.EndBySignal}).
 */
@NullMarked
package io.nvmredis.cli;

import org.jspecify.annotations.NullMarked;
