/**
 * Persister of {@code --persistence rdb}, which keeps the data set in one RDB file, and the saver of such files.
 *
 * <p>{@link io.nvmredis.stock.rdb.RdbSaver} does SAVE and BGSAVE, and {@link io.nvmredis.stock.rdb.RdbPersister} is the
 * persister. A save replaces only files that {@link io.nvmredis.stock.rdb.OwnFiles} allows.
 *
 * <p>The package uses the SPI, the format of {@link io.nvmredis.rdb}, the JDK and SLF4J. Threads: see the saver and the
 * persister.
 */
@NullMarked
package io.nvmredis.stock.rdb;

import org.jspecify.annotations.NullMarked;
