/**
 * Bytes and what is written in them: the bytes of upstream's slices, words, numbers, patterns, and what arrays take on the
 * heap.
 *
 * <p>Uses of upstream its slices and strings alone, and no other package of the engine. Threads: any; nothing here is
 * shared but constants.
 */
@NullMarked
package io.nvmredis.engine.bytes;

import org.jspecify.annotations.NullMarked;
