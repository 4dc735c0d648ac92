/**
 * What a persistence module implements and what it is given: bytes, effects and neutral images of values, so that it
 * serves any Java Redis.
 *
 * <p>A {@link io.nvmredis.spi.PersisterProvider} is found by {@link java.util.ServiceLoader} and chosen by name. The
 * server opens its {@link io.nvmredis.spi.Persister}, which hands back every transaction it has kept; from then on each
 * command that changed something is appended as one {@link io.nvmredis.spi.effects.Transaction}, and no reply leaves the server
 * before the transactions it could have observed are durable.
 *
 * <p>This package uses nothing but the JDK and {@link io.nvmredis.spi.effects} and {@link io.nvmredis.spi.errors}.
 * Threads: see {@link io.nvmredis.spi.Persister}.
 */
@NullMarked
package io.nvmredis.spi;

import org.jspecify.annotations.NullMarked;
