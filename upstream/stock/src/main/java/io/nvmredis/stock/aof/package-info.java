/**
 * Persister of {@code --persistence aof}: the append-only file in several parts, as Redis 7 keeps it, so that either
 * server continues the files of the other.
 *
 * <p>From the outside in: {@code AofPersister} puts the parts together; {@code AofLoader} reads a set of files, {@code
 * AofWriter} appends to the last of them, {@code Committer} and {@code EverySecond} commit and sync, {@code
 * AofRewriter} rewrites the set. {@code Manifest} and {@code AofDirectory} say which files there are, and {@code
 * FileOperations} is the only class that changes files.
 *
 * <p>The package uses the SPI, the JDK, SLF4J, and the RDB format of {@code io.nvmredis.rdb} for base files.
 *
 * <p>Lock order: the engine's lock, then the locks of {@code AofWriter}, which says what a thread may wait for under
 * each.
 */
@NullMarked
package io.nvmredis.stock.aof;

import org.jspecify.annotations.NullMarked;
