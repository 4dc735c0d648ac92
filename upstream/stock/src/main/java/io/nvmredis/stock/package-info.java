/**
 * Persisters that come with the server itself.
 *
 * <p>The package uses the SPI and the JDK. Threads: see {@link io.nvmredis.spi.Persister}.
 */
@NullMarked
package io.nvmredis.stock;

import org.jspecify.annotations.NullMarked;
