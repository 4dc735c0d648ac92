/**
 * Persister on non-volatile memory, the only part of it that the server sees.
 *
 * <p>Threads: those of {@link io.nvmredis.spi.Persister}.
 */
@NullMarked
package io.nvmredis.nvm;

import org.jspecify.annotations.NullMarked;
