/**
 * The databases with their keys: which are in memory, what changes of them is recorded, watched and shown in snapshots.
 *
 * <p>Uses {@link io.nvmredis.engine.value}, {@link io.nvmredis.engine.catalog}, {@link io.nvmredis.engine.context}, what those
 * use, the SPI, and of upstream the class of a database. Knows no command's code and no client. Threads: the engine's lock,
 * which is the object {@link io.nvmredis.engine.keyspace.Databases}, guards all but what says otherwise.
 */
@NullMarked
package io.nvmredis.engine.keyspace;

import org.jspecify.annotations.NullMarked;
