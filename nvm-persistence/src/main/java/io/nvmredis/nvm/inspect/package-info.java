/**
 * Tools that look into a directory while no server uses it: {@link io.nvmredis.nvm.inspect.DirectoryCheck} finds
 * damage, {@link io.nvmredis.nvm.inspect.DirectoryRepair} does what can be done about it, and {@link
 * io.nvmredis.nvm.inspect.NvmInspector} offers them and others to the command line.
 *
 * <p>Nothing here reads bytes by itself: log and table are opened as at a start, by {@link
 * io.nvmredis.nvm.recovery.Recovery}, in a {@link io.nvmredis.nvm.pmem.PrivateDirectory}, where all that an opening
 * writes stays in memory; the checks of single parts are in {@code recovery} and {@code table}.
 *
 * <p>The package uses all others. One thread enters it.
 */
@NullMarked
package io.nvmredis.nvm.inspect;

import org.jspecify.annotations.NullMarked;
