/**
 * The command line: {@link io.nvmredis.cli.NvmRedis} is the main class, reads options, runs a server or a subcommand,
 * says on standard output what a user has to know, and ends when a signal asks for it.
 *
 * <p>Uses {@link io.nvmredis.server} and {@link io.nvmredis.transfer}; no other package uses it.
 *
 * <p>Threads: the main thread, and those on which the JVM delivers signals ({@link io.nvmredis.cli.EndBySignal}).
 */
@NullMarked
package io.nvmredis.cli;

import org.jspecify.annotations.NullMarked;
