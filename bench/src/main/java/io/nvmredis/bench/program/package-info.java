/**
 * Measurements that a person starts one by one, with {@code ./nvm-redis bench --program}; see bench/README.md.
 *
 * <p>Servers and load are those of the comparison. Each program runs on the thread that starts it.
 */
@NullMarked
package io.nvmredis.bench.program;

import org.jspecify.annotations.NullMarked;
