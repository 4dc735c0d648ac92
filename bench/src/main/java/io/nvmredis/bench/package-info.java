/** The command line of the benchmarks; see bench/README.md. */
@NullMarked
package io.nvmredis.bench;

import org.jspecify.annotations.NullMarked;
