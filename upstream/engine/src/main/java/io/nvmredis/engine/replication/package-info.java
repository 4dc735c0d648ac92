/**
 * Replicas of this server: what they are sent, and how far each has come.
 *
 * <p>Threads: {@code Replication} is guarded by the engine's lock. Each {@code Replica} is filled by the thread that
 * copies the data set for it, and by the holder of the engine's lock; the replica's event loop takes from it.
 */
@NullMarked
package io.nvmredis.engine.replication;

import org.jspecify.annotations.NullMarked;
