/** Microbenchmarks, run by JMH in processes of their own: one part of the server at a time. */
@NullMarked
package io.nvmredis.bench.micro;

import org.jspecify.annotations.NullMarked;
