/**
 * Log that is open for writing: transactions become records in segments, and commits make them durable.
 *
 * <p>The package uses {@code format} and {@code pmem}. Threads: one appends, under the engine's lock; any commits; two
 * of its own prepare segments ahead and commit in groups. {@link io.nvmredis.nvm.log.Log} says which fields each uses.
 */
@NullMarked
package io.nvmredis.nvm.log;

import org.jspecify.annotations.NullMarked;
