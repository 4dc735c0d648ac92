@NullMarked
package io.nvmredis.metrics;

import org.jspecify.annotations.NullMarked;
