/**
 * The connection to another server that MIGRATE sends keys to. It uses the JDK alone, and knows neither the engine nor the data.
 *
 * <p>One thread uses a connection: a worker, which does not hold the engine's lock.
 */
@NullMarked
package io.nvmredis.engine.migration;

import org.jspecify.annotations.NullMarked;
