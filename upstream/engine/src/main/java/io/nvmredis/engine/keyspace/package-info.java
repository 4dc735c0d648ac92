/**
 * Databases with their keys: which keys are in memory, and how their changes are recorded, watched and shown in
 * snapshots.
 *
 * <p>Uses {@link io.nvmredis.engine.value}, {@link io.nvmredis.engine.catalog}, {@link io.nvmredis.engine.context},
 * {@link io.nvmredis.engine.events}, the packages that these use, the SPI, and of upstream the class of a database.
 * Knows neither the code of commands nor
 * clients. Threads: the engine's lock, which is the object {@link io.nvmredis.engine.keyspace.Databases}, guards
 * everything that does not say otherwise.
 */
@NullMarked
package io.nvmredis.engine.keyspace;

import org.jspecify.annotations.NullMarked;
