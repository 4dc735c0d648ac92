package io.nvmredis.network;

import java.net.InetAddress;

/**
 * Address and port to listen on.
 *
 * @param port 0: the system chooses
 * @param isTls whether connections are over TLS
 * @param isOptional whether the server does without it if this machine lacks the address
 */
public record Endpoint(InetAddress address, int port, boolean isTls, boolean isOptional) {}
