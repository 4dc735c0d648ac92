/**
 * The comparison: which arm is started when, which loads it is put under, and what is written down of it.
 *
 * <p>One thread runs it, beside the event loop of the load; it uses {@code arm}, {@code load} and {@code result}.
 */
@NullMarked
package io.nvmredis.bench.run;

import org.jspecify.annotations.NullMarked;
