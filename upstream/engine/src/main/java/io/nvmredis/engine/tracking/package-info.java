/**
 * Client-side caching: which clients keep copies of which keys, and the messages that tell them to drop these copies.
 *
 * <p>Uses {@link io.nvmredis.engine.bytes} alone. {@link io.nvmredis.engine.keyspace} reports the changes, the sessions
 * of {@link io.nvmredis.engine} report what clients have read. Threads: whoever holds the engine's lock; {@link
 * io.nvmredis.engine.tracking.Invalidations#hasBroadcasts} is for any thread.
 */
@NullMarked
package io.nvmredis.engine.tracking;

import org.jspecify.annotations.NullMarked;
