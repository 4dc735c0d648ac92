/**
 * The error replies to commands that cannot be run, and the exceptions that become such replies.
 *
 * <p>Uses {@link io.nvmredis.engine.bytes}, the SPI and upstream's exceptions. Threads: any; there is no state.
 */
@NullMarked
package io.nvmredis.engine.errors;

import org.jspecify.annotations.NullMarked;
