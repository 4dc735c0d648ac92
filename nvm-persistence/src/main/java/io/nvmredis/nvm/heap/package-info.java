/**
 * Persistent space: records appended to segments, the live bytes of each segment, and the time at which its space may
 * be used again. For segments that came into use since the start, the offsets of their live records are kept in DRAM.
 *
 * <p>The package uses {@code format} and {@code pmem}. Threads: one writer; any number of readers, which hold no lock
 * and are announced to {@link io.nvmredis.nvm.heap.ReaderEpochs} while they read.
 */
@NullMarked
package io.nvmredis.nvm.heap;

import org.jspecify.annotations.NullMarked;
