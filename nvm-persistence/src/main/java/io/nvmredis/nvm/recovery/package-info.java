/**
 * What is trusted when a directory is opened: which files make up the log, where its tail is, and whether what stands
 * there was torn by a crash or damaged.
 *
 * <p>Uses {@code log}, {@code format} and {@code pmem}. One thread, before anything else runs.
 */
@NullMarked
package io.nvmredis.nvm.recovery;

import org.jspecify.annotations.NullMarked;
