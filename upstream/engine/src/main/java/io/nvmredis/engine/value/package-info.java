/**
 * Values under keys: collections that tell of each change of an element, what values weigh, and how they are written and made
 * as images.
 *
 * <p>All that a value knows of the engine is the {@link io.nvmredis.engine.value.ChangeSink} of its {@link
 * io.nvmredis.engine.value.Entry}. Uses {@link io.nvmredis.engine.bytes}, {@link io.nvmredis.engine.errors}, the SPI and
 * upstream's collections. Threads: the engine's lock guards every value that is under a key; one that is being made belongs
 * to the thread that makes it.
 */
@NullMarked
package io.nvmredis.engine.value;

import org.jspecify.annotations.NullMarked;
