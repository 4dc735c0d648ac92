/**
 * The network side of the server and its command line: connections over Netty, RESP decoding, replies in order and not
 * before they are durable, limits, start and shutdown.
 *
 * <p>Uses {@link io.nvmredis.engine} to run commands and the SPI to know what is durable; no class of upstream's.
 *
 * <p>Threads. Each connection belongs to one event loop, and all its state is touched by that loop alone unless a field
 * says otherwise. Event loops never block: what may wait runs on a thread of {@link io.nvmredis.server.Workers}, and a
 * slow commit is asked for, not waited for ({@link io.nvmredis.server.DurabilityGate}).
 */
@NullMarked
package io.nvmredis.server;

import org.jspecify.annotations.NullMarked;
