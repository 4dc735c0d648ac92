/**
 * Persistent space: records appended to segments, how much of each segment is live, and when its space may be used
 * again. In DRAM alone, of segments that came into use since the start: where their live records are.
 *
 * <p>Uses {@code format} and {@code pmem}. Threads: one writer; any number of readers, which hold no lock and are
 * announced to {@link io.nvmredis.nvm.heap.ReaderEpochs} while they read.
 */
@NullMarked
package io.nvmredis.nvm.heap;

import org.jspecify.annotations.NullMarked;
