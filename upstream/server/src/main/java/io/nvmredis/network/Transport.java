package io.nvmredis.network;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kind of socket I/O: native epoll, or the JDK's where native epoll does not load. */
public record Transport(
        String name, Supplier<IoHandlerFactory> ioHandlers, Class<? extends ServerSocketChannel> channelType) {
    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

    static final Transport NIO = new Transport("nio", NioIoHandler::newFactory, NioServerSocketChannel.class);

    /** Returns the best transport that works on this machine. */
    public static Transport best() {
        if (Epoll.isAvailable()) {
            LOG.debug("sockets are served by native epoll");
            return new Transport("epoll", EpollHandlers::new, EpollServerSocketChannel.class);
        }
        LOG.debug(
                "sockets are served by the JDK: native epoll does not load: {}",
                String.valueOf(Epoll.unavailabilityCause()));
        return NIO;
    }
}
