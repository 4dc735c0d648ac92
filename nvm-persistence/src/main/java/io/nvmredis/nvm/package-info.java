/**
 * A persister on non-volatile memory: what the server sees of the packages below.
 *
 * <p>Threads: those of {@link io.nvmredis.spi.Persister}.
 */
@NullMarked
package io.nvmredis.nvm;

import org.jspecify.annotations.NullMarked;
