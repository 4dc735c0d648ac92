/**
 * What more than one persister needs and the contract does not: the lock of a directory, files that belong to their
 * owner alone, how values of settings are read, how to wait for threads.
 *
 * <p>This package uses the JDK and the SPI, which does not use it. Threads: every method may be called by any.
 */
@NullMarked
package io.nvmredis.spi.support;

import org.jspecify.annotations.NullMarked;
