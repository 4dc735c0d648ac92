/**
 * Values under keys: collections that report each change of an element, the weights of values, and the writing and
 * reading of values as images.
 *
 * <p>A value knows nothing of the engine but the {@link io.nvmredis.engine.value.ChangeSink} of its {@link
 * io.nvmredis.engine.value.Entry}. Uses {@link io.nvmredis.engine.bytes}, {@link io.nvmredis.engine.errors}, the SPI
 * and upstream's collections. Threads: the engine's lock guards every value that is under a key; a value that is being
 * made belongs to the thread that makes it.
 */
@NullMarked
package io.nvmredis.engine.value;

import org.jspecify.annotations.NullMarked;
