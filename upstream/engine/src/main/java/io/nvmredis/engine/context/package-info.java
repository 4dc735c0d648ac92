/**
 * Surroundings of the engine that are given to it, or that the server asks as well: settings and limits, the connection
 * of a client, and CLIENT PAUSE.
 *
 * <p>Uses the SPI and the access rules, which are one of these surroundings. Threads: any.
 */
@NullMarked
package io.nvmredis.engine.context;

import org.jspecify.annotations.NullMarked;
