/**
 * Bytes and their content: the bytes of upstream's slices, words, numbers and patterns, and the space that arrays take
 * on the heap.
 *
 * <p>Uses the slices and strings of upstream and {@link io.nvmredis.spi.effects.BufferCapacity}, and no other package
 * of the engine. Threads: any; nothing here is
 * shared except constants.
 */
@NullMarked
package io.nvmredis.engine.bytes;

import org.jspecify.annotations.NullMarked;
