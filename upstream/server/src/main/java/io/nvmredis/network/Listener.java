package io.nvmredis.network;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Listening sockets, and the event loops that serve it and its connections. */
// Futures of scheduled tasks are ignored: they end with the loops.
@SuppressWarnings("FutureReturnValueIgnored")
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

    private final EventLoopGroup loops;
    private final List<ServerSocketChannel> channels;
    private final ChannelGroup accepted;

    private Listener(EventLoopGroup loops, List<ServerSocketChannel> channels, ChannelGroup accepted) {
        this.loops = loops;
        this.channels = channels;
        this.accepted = accepted;
    }

    /**
     * Listens on each endpoint and serves its connections. Where the system chooses a port it is the same for all
     * addresses.
     *
     * @param tls for the endpoints over TLS; null if there is none
     * @throws ListenException if an endpoint that is not optional cannot be listened on, or none is left
     */
    public static Listener open(
            Transport transport, List<Endpoint> endpoints, int threadCount, FrontEnd frontEnd, @Nullable TlsFront tls) {
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
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(LEAST_READ, LEAST_READ, MOST_READ));
        ClientAdmission admission = new ClientAdmission(frontEnd);
        List<ServerSocketChannel> channels = new ArrayList<>();
        int chosenPort = 0;
        for (Endpoint endpoint : endpoints) {
            InetSocketAddress address =
                    new InetSocketAddress(endpoint.address(), endpoint.port() == 0 ? chosenPort : endpoint.port());
            ChannelFuture bound = bootstrap
                    .clone()
                    .childHandler(new Accepted(admission, accepted, endpoint.isTls() ? tls : null))
                    .bind(address)
                    .awaitUninterruptibly();
            if (bound.isSuccess()) {
                ServerSocketChannel channel = (ServerSocketChannel) bound.channel();
                channels.add(channel);
                if (endpoint.port() == 0) {
                    chosenPort = channel.localAddress().getPort();
                }
            } else if (!endpoint.isOptional() || !lacksAddress(bound.cause())) {
                channels.forEach(channel -> channel.close().awaitUninterruptibly());
                endLoops(loops);
                throw cannotListen(address, bound.cause());
            }
        }
        if (channels.isEmpty()) {
            endLoops(loops);
            throw new ListenException("this machine has none of the addresses of --bind", null);
        }
        loops.next().scheduleAtFixedRate(new IdleClients(frontEnd), 1, 1, TimeUnit.SECONDS);
        return new Listener(loops, channels, accepted);
    }

    private static boolean lacksAddress(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.contains("assign") || message.contains("not supported") || message.contains("unsupported");
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

    /** Returns the port of the first endpoint. */
    public int port() {
        return channels.get(0).localAddress().getPort();
    }

    /** Accepts no more connections; open connections go on. */
    public void stopAccepting() {
        // A loop that is busy with a command closes the channel later.
        channels.forEach(channel -> channel.close().awaitUninterruptibly(LOOP_END_SECONDS, TimeUnit.SECONDS));
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
        private final ClientAdmission admission;
        private final ChannelGroup channels;
        private final @Nullable TlsFront tls;

        Accepted(ClientAdmission admission, ChannelGroup channels, @Nullable TlsFront tls) {
            this.admission = admission;
            this.channels = channels;
            this.tls = tls;
        }

        @Override
        protected void initChannel(SocketChannel accepted) {
            channels.add(accepted);
            if (tls != null) {
                TlsHandshake.begin(admission, accepted, tls);
            } else if (!admission.denies(accepted) && admission.admits(accepted)) {
                admission.serve(accepted, SocketChannel::shutdownOutput);
            }
        }
    }
}
