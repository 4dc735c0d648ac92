/**
 * The server's figures as meters of Micrometer, and a port on which Prometheus finds them.
 *
 * <p>All figures are what {@code INFO} shows, read from it, so that there is one source of them. Uses the server's public
 * classes, Micrometer and Netty. Threads: whoever reads the meters; the port has one thread of its own.
 */
@NullMarked
package io.nvmredis.metrics;

import org.jspecify.annotations.NullMarked;
