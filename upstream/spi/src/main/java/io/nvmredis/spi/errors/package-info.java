/**
 * The exceptions by which a persister, and the canonical form of a change, say what is wrong: their messages are
 * shown to the user as they are.
 *
 * <p>This package uses nothing but the JDK. Threads: every exception may be made and read by any.
 */
@NullMarked
package io.nvmredis.spi.errors;

import org.jspecify.annotations.NullMarked;
