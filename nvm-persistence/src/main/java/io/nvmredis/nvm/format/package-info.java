/**
 * Meaning of the bytes: of the log, its superblock, segments and records; of the table, its words, segment entries,
 * journal, buckets and heap records. {@code FORMAT.md} is the normative text.
 *
 * <p>The package uses {@code pmem}. Every class here is stateless or used by one thread.
 */
@NullMarked
package io.nvmredis.nvm.format;

import org.jspecify.annotations.NullMarked;
