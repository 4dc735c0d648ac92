/** Benchmarks that a person starts; see bench/README.md. */
@NullMarked
package io.nvmredis.bench;

import org.jspecify.annotations.NullMarked;
