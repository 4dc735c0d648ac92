/** Tests of whole servers on loopback sockets, and what tests of other packages need of one. */
package io.nvmredis.server;
