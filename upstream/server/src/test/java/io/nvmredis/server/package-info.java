/** Tests of the network side: decoding alone, and whole servers on loopback sockets. */
package io.nvmredis.server;
