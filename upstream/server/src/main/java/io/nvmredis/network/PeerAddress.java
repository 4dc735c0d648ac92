package io.nvmredis.network;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Reads the address of a client. */
final class PeerAddress {
    private static final int MAPPED_PREFIX_LENGTH = 12;
    private static final int IPV6_LENGTH = 16;

    private PeerAddress() {}

    /** Tells whether an address is on this machine; false if it is not known. */
    static boolean isLoopback(@Nullable InetSocketAddress address) {
        InetAddress host = address == null ? null : address.getAddress();
        return host != null && (host.isLoopbackAddress() || isMappedLoopback(host.getAddress()));
    }

    /**
     * Returns an address as Redis writes it: a socket for both protocols has addresses of both, a closed socket none.
     */
    static String text(@Nullable InetSocketAddress address) {
        InetAddress host = address == null ? null : address.getAddress();
        if (address == null || host == null) {
            return "?:0";
        }
        try {
            // An IPv4 address mapped into IPv6 becomes IPv4 again.
            host = InetAddress.getByAddress(host.getAddress());
        } catch (UnknownHostException e) {
            return "?:0";
        }
        String text = NetUtil.toAddressString(host);
        return (text.indexOf(':') < 0 ? text : "[" + text + "]") + ":" + address.getPort();
    }

    /**
     * Tells whether an address is 127.0.0.1 mapped into IPv6: a socket for both protocols shows ::ffff:127.0.0.1, and
     * Netty leaves it so.
     */
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
