package io.nvmredis.network;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import jdk.net.ExtendedSocketOptions;

/** Has the system ask a silent client now and then whether it is there, as Redis's {@code tcp-keepalive} does. */
final class KeepAlive {
    /** Questions without an answer after which the connection is lost. */
    private static final int PROBES = 3;

    private KeepAlive() {}

    /** Sets up the socket of a new connection; 0 seconds: the system does not ask. */
    static void apply(SocketChannel channel, int seconds) {
        ChannelConfig config = channel.config();
        config.setOption(ChannelOption.SO_KEEPALIVE, seconds > 0);
        if (seconds == 0) {
            return;
        }
        int between = Math.max(1, seconds / PROBES);
        if (channel instanceof EpollSocketChannel) {
            config.setOption(EpollChannelOption.TCP_KEEPIDLE, seconds);
            config.setOption(EpollChannelOption.TCP_KEEPINTVL, between);
            config.setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
        } else {
            config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), seconds);
            config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), between);
            config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), PROBES);
        }
    }
}
