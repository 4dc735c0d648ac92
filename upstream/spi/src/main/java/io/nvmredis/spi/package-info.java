/**
 * Interfaces that a persistence module implements and uses. They pass bytes, effects and neutral images of values, so
 * that a module serves any Java Redis.
 *
 * <p>A {@link io.nvmredis.spi.PersisterProvider} is found by {@link java.util.ServiceLoader} and chosen by name. The
 * server opens its {@link io.nvmredis.spi.Persister}, which hands back every transaction it has kept; from then on each
 * command that changed something is appended as one {@link io.nvmredis.spi.effects.Transaction}, and a reply is sent
 * only after every transaction that it could reveal is durable.
 *
 * <p>This package uses only the JDK, {@link io.nvmredis.spi.effects} and {@link io.nvmredis.spi.errors}. Threads: see
 * {@link io.nvmredis.spi.Persister}.
 */
@NullMarked
package io.nvmredis.spi;

import org.jspecify.annotations.NullMarked;
