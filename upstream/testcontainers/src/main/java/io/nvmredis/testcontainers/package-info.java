/**
 * The server's container image for tests that use Testcontainers: {@link io.nvmredis.testcontainers.NvmRedisContainer}.
 *
 * <p>The package uses Testcontainers and no class of the server. The thread of the test enters it.
 */
@NullMarked
package io.nvmredis.testcontainers;

import org.jspecify.annotations.NullMarked;
