/**
 * The log while it is written: transactions become records in segments, and commits make them durable.
 *
 * <p>Uses {@code format} and {@code pmem}. Threads: one appends, under the engine's lock; any commits; one of our own
 * prepares segments ahead and one commits in groups. {@link io.nvmredis.nvm.log.Log} says how they stay out of each
 * other's way.
 */
@NullMarked
package io.nvmredis.nvm.log;

import org.jspecify.annotations.NullMarked;
