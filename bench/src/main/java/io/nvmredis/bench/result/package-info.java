/** What a run of the comparison found: plain records that are written as JSON, and the statistics over them. */
@NullMarked
package io.nvmredis.bench.result;

import org.jspecify.annotations.NullMarked;
