/**
 * Connections of clients over Netty: RESP decoding, replies in order and each only when it is durable, and limits on
 * the memory of clients.
 *
 * <p>Uses {@link io.nvmredis.engine} to run commands, Netty, and the SPI to know what is durable. It knows neither the
 * server that opens a {@link io.nvmredis.network.Listener}, nor the command line, nor import and export, nor any class
 * of upstream's.
 *
 * <p>Threads. Each connection belongs to one event loop, and all its state is touched by that loop alone unless a field
 * says otherwise. Event loops never block: commands that may wait run on a thread of {@link
 * io.nvmredis.network.Workers}, and a slow commit is requested, not waited for ({@link
 * io.nvmredis.network.DurabilityGate}). The server's threads open and close the listener and change limits; the
 * persister's own thread tells the gate what has become durable.
 */
@NullMarked
package io.nvmredis.network;

import org.jspecify.annotations.NullMarked;
