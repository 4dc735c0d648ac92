/**
 * What is known of commands and settings before any is run: which there are, how many words they have, where their keys
 * stand, and how words are read.
 *
 * <p>Uses {@link io.nvmredis.engine.bytes} and {@link io.nvmredis.engine.errors}. Threads: any, but for {@link
 * io.nvmredis.engine.catalog.ForeignSettings}, which the engine's lock guards.
 */
@NullMarked
package io.nvmredis.engine.catalog;

import org.jspecify.annotations.NullMarked;
