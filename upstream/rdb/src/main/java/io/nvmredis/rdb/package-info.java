/**
 * RDB file format: written in a version that Redis 7.0 loads, read as Redis 2.4 to 8.10 and Valkey write it.
 *
 * <p>{@link io.nvmredis.rdb.RdbFile} writes a snapshot, {@link io.nvmredis.rdb.RdbLoader} turns a file into transactions.
 *
 * <p>The reader is our own, beside redis-replicator, whose reader of RDB values (3.11.0) cannot be made safe from
 * outside: it allocates as much as a length field claims, recurses once for each empty node of a quicklist, keeps a
 * stream whole in memory, takes the number of fields of one stream entry for that of the ones after it, loses fields
 * that a stream entry has twice, and reads packed encodings of more than 32,767 entries as empty. The tests use it as a
 * second reader of the files written here.
 *
 * <p>Versions differ in which types and opcodes they have, not in how those are spelt. So a file of any version up to
 * {@code RdbFormat.NEWEST_VERSION} is read, and refused at the first type or opcode that is not known.
 *
 * <p>The package uses the SPI, the JDK and compress-lzf, and knows no persister. A writer or a loader is used by one
 * thread at a time.
 */
@NullMarked
package io.nvmredis.rdb;

import org.jspecify.annotations.NullMarked;
