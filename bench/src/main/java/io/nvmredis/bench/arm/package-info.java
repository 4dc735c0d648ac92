/**
 * The arms of a comparison: which servers there are, how each is started, and what the system tells of its process.
 *
 * <p>Knows nothing of loads. Used by one thread.
 */
@NullMarked
package io.nvmredis.bench.arm;

import org.jspecify.annotations.NullMarked;
