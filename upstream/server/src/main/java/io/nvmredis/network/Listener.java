package io.nvmredis.network;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Listening socket, and the event loops that serve it and its connections. */
public final class Listener {
    /** Connections that may wait to be accepted, as in Redis; the system may allow fewer. */
    private static final int BACKLOG = 511;
    /**
     * Water marks of the channel: up to the second, bytes that the socket does not take wait there; beyond, in {@link
     * ReplyQueue}.
     */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 << 10, 256 << 10);

    /**
     * Least number of bytes per read. A buffer that a read has filled is followed by another read, and a buffer as long
     * as the client's last input is filled often: an eighth of the reads of a client without pipelining were in vain.
     */
    private static final int LEAST_READ = 4 << 10;

    /** Most bytes per read. */
    private static final int MOST_READ = 64 << 10;

    private static final long LOOP_END_SECONDS = 5;

    /** Error for clients of other machines in protected mode, in Redis's words. */
    private static final byte[] DENIED =
            ("-DENIED Redis is running in protected mode because protected mode is enabled and no password is "
                            + "set for the default user. In this mode connections are only accepted from the loopback "
                            + "interface. If you want to connect from external computers to Redis you may adopt one of the "
                            + "following solutions: 1) Just disable protected mode sending the command 'CONFIG SET "
                            + "protected-mode no' from the loopback interface by connecting to Redis from the same host the "
                            + "server is running, however MAKE SURE Redis is not publicly accessible from internet if you do "
                            + "so. Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just disable the "
                            + "protected mode by editing the Redis configuration file, and setting the protected mode option to "
                            + "'no', and then restarting the server. 3) If you started the server manually just for testing, "
                            + "restart it with the '--protected-mode no' option. 4) Setup a an authentication password for the "
                            + "default user. NOTE: You only need to do one of the above things in order for the server to start "
                            + "accepting connections from the outside.\r\n")
                    .getBytes(StandardCharsets.US_ASCII);

    private static final byte[] TOO_MANY_CLIENTS =
            "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    private final EventLoopGroup loops;
    private final ServerSocketChannel channel;
    private final ChannelGroup accepted;

    private Listener(EventLoopGroup loops, ServerSocketChannel channel, ChannelGroup accepted) {
        this.loops = loops;
        this.channel = channel;
        this.accepted = accepted;
    }

    /**
     * Listens on the address and serves its connections.
     *
     * @throws ListenException if the address cannot be listened on
     */
    public static Listener open(Transport transport, InetSocketAddress address, int threadCount, FrontEnd frontEnd) {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                threadCount,
                new DefaultThreadFactory("nvm-redis-io", true),
                transport.ioHandlers().get());
        // A channel that is added after the group has been closed is closed at once.
        ChannelGroup accepted = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(transport.channelType())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(LEAST_READ, LEAST_READ, MOST_READ))
                .childHandler(new Accepted(frontEnd, accepted));
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            endLoops(loops);
            throw cannotListen(address, bound.cause());
        }
        return new Listener(loops, (ServerSocketChannel) bound.channel(), accepted);
    }

    private static ListenException cannotListen(InetSocketAddress address, Throwable cause) {
        String where = address.getAddress().getHostAddress() + ":" + address.getPort();
        String message = String.valueOf(cause.getMessage());
        if (message.contains("in use")) {
            return new ListenException(
                    "port " + address.getPort() + " is in use on "
                            + address.getAddress().getHostAddress()
                            + "; stop the server that has it, or choose another with --port",
                    cause);
        }
        if (message.contains("assign")) {
            return new ListenException(
                    "cannot listen on " + where + ": this machine has no such address; choose another with --bind",
                    cause);
        }
        return new ListenException(
                "cannot listen on " + where + ": " + message + "; choose another with --port or --bind", cause);
    }

    public int port() {
        return channel.localAddress().getPort();
    }

    /** Accepts no more connections; open connections go on. */
    public void stopAccepting() {
        // A loop that is busy with a command closes the channel later.
        channel.close().awaitUninterruptibly(LOOP_END_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Closes the connections that are still open and ends the event loops. By itself a loop closes its channels only if
     * it turns once more after being told to end, which it need not.
     */
    public void close() {
        accepted.close().awaitUninterruptibly(LOOP_END_SECONDS, TimeUnit.SECONDS);
        endLoops(loops);
    }

    private static void endLoops(EventLoopGroup loops) {
        loops.shutdownGracefully(0, LOOP_END_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(LOOP_END_SECONDS, TimeUnit.SECONDS);
    }

    /** Gives each new connection its handler, or an error if it is not admitted. */
    private static final class Accepted extends ChannelInitializer<SocketChannel> {
        private final FrontEnd frontEnd;
        private final ChannelGroup channels;

        Accepted(FrontEnd frontEnd, ChannelGroup channels) {
            this.frontEnd = frontEnd;
            this.channels = channels;
        }

        @Override
        protected void initChannel(SocketChannel accepted) {
            channels.add(accepted);
            if (frontEnd.engine().access().isForThisMachineAlone()
                    && !PeerAddress.isLoopback(accepted.remoteAddress())) {
                frontEnd.connections().reject();
                refuse(accepted, DENIED);
                return;
            }
            if (!frontEnd.connections().admit()) {
                refuse(accepted, TOO_MANY_CLIENTS);
                return;
            }
            accepted.closeFuture().addListener(closed -> frontEnd.connections().leave());
            ClientConnection connection = ClientConnection.open(frontEnd, accepted);
            frontEnd.connections().add(connection);
            accepted.closeFuture().addListener(closed -> {
                frontEnd.connections().remove(connection);
                connection.onClosed();
            });
            accepted.pipeline().addLast(connection);
        }

        private static void refuse(Channel accepted, byte[] why) {
            accepted.config().setAutoRead(false);
            accepted.writeAndFlush(Unpooled.wrappedBuffer(why)).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
