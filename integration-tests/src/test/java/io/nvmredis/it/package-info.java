/**
 * Black-box tests of the packaged server, which runs in a process of its own as the launcher starts it.
 *
 * <p>Nothing here may use a class of the server: only its command line, its banner, its exit status, its files and
 * what it answers over the network. {@link io.nvmredis.it.kit} starts it and talks to it. The package {@code examples},
 * which embeds it, is another matter.
 */
package io.nvmredis.it;
