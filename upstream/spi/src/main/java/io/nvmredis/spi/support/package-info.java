/**
 * What more than one persister needs and the contract does not: the lock of a directory, files that belong to their owner
 * alone, units of sizes.
 *
 * <p>Uses the JDK and the SPI. Threads: every method may be called by any.
 */
@NullMarked
package io.nvmredis.spi.support;

import org.jspecify.annotations.NullMarked;
