/**
 * Meaning of the bytes: of the log, its superblock, segments and records; of the table, its words, segment entries,
 * journal, buckets and heap records. {@code FORMAT.md} is the normative text.
 *
 * <p>Uses {@code pmem}. Everything here is stateless or belongs to one thread.
 */
@NullMarked
package io.nvmredis.nvm.format;

import org.jspecify.annotations.NullMarked;
