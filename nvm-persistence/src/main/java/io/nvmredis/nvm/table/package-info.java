/**
 * Table of all keys and their values on persistent memory: a hash index over chains of heap records.
 *
 * <p>The package uses {@code heap}, {@code format} and {@code pmem}, and knows nothing of the log. Threads: one writer
 * applies effects, publishes, folds and cleans; any number of readers look up and scan without a lock. {@link
 * io.nvmredis.nvm.table.Table} says which methods each may call.
 */
@NullMarked
package io.nvmredis.nvm.table;

import org.jspecify.annotations.NullMarked;
