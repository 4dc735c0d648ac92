/**
 * {@code --persistence aof}: the append-only file in several parts, as Redis 7 keeps it, so that either server goes on
 * with what the other has written.
 *
 * <p>From the outside in: {@code AofPersister} puts the parts together; {@code AofLoader} reads a set of files,
 * {@code AofWriter} appends to the last of them, {@code AofThreads} commits and syncs, {@code AofRewriter} writes the set
 * anew. {@code Manifest} and {@code AofDirectory} say which files there are, {@code FileOperations} is the only class that
 * changes one.
 *
 * <p>Uses the SPI, the JDK, SLF4J, and the RDB format of {@code io.nvmredis.stock.rdb} for base files.
 *
 * <p>Lock order: the engine's, then {@code AofWriter}'s lock of the file, then its monitor of the buffer. What a thread
 * may wait for under each is said there.
 */
@NullMarked
package io.nvmredis.stock.aof;

import org.jspecify.annotations.NullMarked;
