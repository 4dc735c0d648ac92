/**
 * What the bytes mean: the superblock, the header of a segment, the header of a record. {@code FORMAT.md} is the
 * normative text.
 *
 * <p>Uses {@code pmem}. Everything here is stateless or belongs to one thread.
 */
@NullMarked
package io.nvmredis.nvm.format;

import org.jspecify.annotations.NullMarked;
