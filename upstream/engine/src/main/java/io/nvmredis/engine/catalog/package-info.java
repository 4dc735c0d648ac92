/**
 * Facts about commands and settings that are known before a command runs: which commands and settings exist, how many
 * words a command has, where its keys stand, and how words are read.
 *
 * <p>Uses {@link io.nvmredis.engine.bytes}, {@link io.nvmredis.engine.errors}, the SPI and upstream's slices. Threads: any, except for {@link
 * io.nvmredis.engine.catalog.ForeignSettings}, which the engine's lock guards.
 */
@NullMarked
package io.nvmredis.engine.catalog;

import org.jspecify.annotations.NullMarked;
