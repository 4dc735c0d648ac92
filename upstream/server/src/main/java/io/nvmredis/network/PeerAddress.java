package io.nvmredis.network;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** What the address of a client tells. */
final class PeerAddress {
    private static final int MAPPED_PREFIX_LENGTH = 12;
    private static final int IPV6_LENGTH = 16;

    private PeerAddress() {}

    /** Whether it is on this machine. One that is not known is not. */
    static boolean isLoopback(@Nullable InetSocketAddress address) {
        InetAddress host = address == null ? null : address.getAddress();
        return host != null && (host.isLoopbackAddress() || isMappedLoopback(host.getAddress()));
    }

    /** As Redis writes it: a socket for both protocols has addresses of both. One that is closed already has none. */
    static String text(@Nullable InetSocketAddress address) {
        InetAddress host = address == null ? null : address.getAddress();
        if (address == null || host == null) {
            return "?:0";
        }
        try {
            // What is mapped becomes what it stands for.
            host = InetAddress.getByAddress(host.getAddress());
        } catch (UnknownHostException e) {
            return "?:0";
        }
        String text = NetUtil.toAddressString(host);
        return (text.indexOf(':') < 0 ? text : "[" + text + "]") + ":" + address.getPort();
    }

    /** A socket for both protocols shows 127.0.0.1 as ::ffff:127.0.0.1, and Netty leaves it so. */
    private static boolean isMappedLoopback(byte[] bytes) {
        if (bytes.length != IPV6_LENGTH) {
            return false;
        }
        for (int i = 0; i < MAPPED_PREFIX_LENGTH; i++) {
            if (bytes[i] != (i < 10 ? 0 : (byte) 0xff)) {
                return false;
            }
        }
        try {
            return InetAddress.getByAddress(bytes).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
