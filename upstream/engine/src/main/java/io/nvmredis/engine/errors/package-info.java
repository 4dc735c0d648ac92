/**
 * What commands are answered that cannot be run, and the exceptions that become such answers.
 *
 * <p>Uses {@link io.nvmredis.engine.bytes}, the SPI and upstream's exceptions. Threads: any; there is no state.
 */
@NullMarked
package io.nvmredis.engine.errors;

import org.jspecify.annotations.NullMarked;
