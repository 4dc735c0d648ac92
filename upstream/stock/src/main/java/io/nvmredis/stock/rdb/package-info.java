/**
 * {@code --persistence rdb}: the persister that keeps a data set in one RDB file, and what saves one.
 *
 * <p>{@link io.nvmredis.stock.rdb.RdbSaver} is SAVE and BGSAVE, {@link io.nvmredis.stock.rdb.RdbPersister} {@code
 * --persistence rdb}. A save replaces only files that {@link io.nvmredis.stock.rdb.OwnFiles} knows.
 *
 * <p>Uses the SPI, the format of {@link io.nvmredis.rdb}, the JDK and SLF4J. Threads: see the saver and the persister.
 */
@NullMarked
package io.nvmredis.stock.rdb;

import org.jspecify.annotations.NullMarked;
