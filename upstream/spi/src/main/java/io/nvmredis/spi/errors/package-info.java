/**
 * Exceptions of persisters and of the canonical form of a change; the user sees their messages as they are.
 *
 * <p>This package uses only the JDK. Any thread may make and read an exception.
 */
@NullMarked
package io.nvmredis.spi.errors;

import org.jspecify.annotations.NullMarked;
