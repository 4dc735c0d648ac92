/** Tests of the network side: decoding alone, and connections of whole servers on loopback sockets. */
package io.nvmredis.network;
