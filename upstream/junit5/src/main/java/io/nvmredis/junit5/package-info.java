/**
 * The server within the JVM of tests that use JUnit 5: {@link io.nvmredis.junit5.WithNvmRedis}.
 *
 * <p>The package uses JUnit and {@link io.nvmredis.server.NvmRedisServer}. The threads that run tests enter it.
 */
@NullMarked
package io.nvmredis.junit5;

import org.jspecify.annotations.NullMarked;
