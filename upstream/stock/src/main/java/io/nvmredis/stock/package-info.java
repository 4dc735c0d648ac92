/**
 * The persisters that come with the server itself.
 *
 * <p>Uses the SPI and the JDK. Threads: see {@link io.nvmredis.spi.Persister}.
 */
@NullMarked
package io.nvmredis.stock;

import org.jspecify.annotations.NullMarked;
