/**
 * Code shared by persisters that is not part of the contract: the lock of a directory, files that only their owner may
 * read, the parsing of settings, and joining threads.
 *
 * <p>This package uses the JDK and the SPI, which does not use it. Any thread may call every method.
 */
@NullMarked
package io.nvmredis.spi.support;

import org.jspecify.annotations.NullMarked;
