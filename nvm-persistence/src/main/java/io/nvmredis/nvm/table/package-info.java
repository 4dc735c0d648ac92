/**
 * The table: every key and its value on persistent memory, as a hash index over chains of heap records.
 *
 * <p>Uses {@code heap}, {@code format} and {@code pmem}; knows nothing of the log. Threads: one writer applies effects,
 * publishes, folds and cleans; any number of readers look up and scan without a lock. {@link io.nvmredis.nvm.table.Table}
 * says how they stay out of each other's way.
 */
@NullMarked
package io.nvmredis.nvm.table;

import org.jspecify.annotations.NullMarked;
