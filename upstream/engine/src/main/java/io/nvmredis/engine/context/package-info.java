/**
 * What is around the engine and is given to it, or asked by the server as well: its settings and limits, who may do what, the
 * connection of a client, and CLIENT PAUSE.
 *
 * <p>Uses the SPI, and no other package of the engine. Threads: any.
 */
@NullMarked
package io.nvmredis.engine.context;

import org.jspecify.annotations.NullMarked;
