/**
 * The engine: upstream's command engine on storage that is observed. It runs commands, records the effects of each and
 * hands them to the persister. This package puts the engine together, with the sessions of its clients, loading,
 * expiry, and commands of other servers.
 *
 * <p>Uses upstream's classes, whose keyspace and collections it supplies with subclasses of its own, the SPI, and all
 * packages below; none of them uses this one. Knows nothing of the network. Threads: event loops and workers enter
 * through {@link io.nvmredis.engine.Session} and {@link io.nvmredis.engine.KeyPrefetcher}, the thread of the expiry
 * through {@link io.nvmredis.engine.ExpiryCycle} and {@link io.nvmredis.engine.Engine#makeRoom}, the server's threads
 * through {@link io.nvmredis.engine.Engine}; a thread that touches data holds the engine's lock, which is upstream's.
 */
@NullMarked
package io.nvmredis.engine;

import org.jspecify.annotations.NullMarked;
