/**
 * Examples that the build compiles and runs: a server within a JVM, a persistence of one's own, and a comparison of two.
 *
 * <p>Unlike the tests beside them they use classes of the server, as a program would that embeds it:
 * {@link io.nvmredis.server.NvmRedisServer} and, for a persistence, {@link io.nvmredis.spi} alone.
 */
package io.nvmredis.it.examples;
