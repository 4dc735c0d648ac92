/**
 * Server as an object: {@link io.nvmredis.server.NvmRedisServer}, its settings, its start and its shutdown.
 *
 * <p>Uses {@link io.nvmredis.engine}, {@link io.nvmredis.network} and {@link io.nvmredis.directory}, and persisters
 * through the SPI; of {@link io.nvmredis.rdb} and {@link io.nvmredis.stock} it uses only what SAVE and its settings
 * need beside a persister that has no saver of its own. It knows neither the command line, nor import and export, nor any class of upstream's.
 *
 * <p>Threads: the caller's thread for start and shutdown, an event loop or a worker for what commands ask of the server
 * ({@link io.nvmredis.engine.context.ServerContext}), and a thread of its own, on which keys expire.
 */
@NullMarked
package io.nvmredis.server;

import org.jspecify.annotations.NullMarked;
