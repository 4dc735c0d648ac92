/**
 * Surroundings of the engine that are given to it, or that the server asks as well: settings and limits, access rules,
 * the connection of a client, and CLIENT PAUSE.
 *
 * <p>Uses the SPI, and no other package of the engine. Threads: any.
 */
@NullMarked
package io.nvmredis.engine.context;

import org.jspecify.annotations.NullMarked;
