package io.nvmredis.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Connections to a server of this machine, all served by one thread, over which loads are run one after another.
 *
 * <p>Not to be used by two threads at once. An error among the replies of a load fails it.
 */
public final class LoadGenerator implements AutoCloseable {
    private static final int SCRATCH_LENGTH = 64 << 10;
    private static final long PATIENCE_SECONDS = 120;
    private static final long PART_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final EventLoopGroup group;
    private final List<Channel> channels = new ArrayList<>();
    private final List<LoadConnection> connections = new ArrayList<>();

    /** Connects to a port. */
    public LoadGenerator(int port, int connectionCount) throws IOException {
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, handlers);
        byte[] scratch = new byte[SCRATCH_LENGTH];
        Class<? extends SocketChannel> type = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
        try {
            for (int i = 0; i < connectionCount; i++) {
                LoadConnection connection = new LoadConnection(scratch);
                connections.add(connection);
                channels.add(connect(port, type, connection));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private Channel connect(int port, Class<? extends SocketChannel> type, LoadConnection connection)
            throws IOException {
        var connecting = new Bootstrap()
                .group(group)
                .channel(type)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(connection)
                .connect(InetAddress.getLoopbackAddress(), port)
                .awaitUninterruptibly();
        if (!connecting.isSuccess()) {
            throw new IOException("cannot connect to port " + port, connecting.cause());
        }
        // What follows on the event loop finds the connection active.
        connecting.channel().eventLoop().submit(() -> {}).awaitUninterruptibly();
        return connecting.channel();
    }

    /** As many operations as the server takes, in batches; see {@link ClosedLoop}. */
    public LoadResult closedLoop(Operations operations, int pipeline, long nanos) throws IOException {
        return run(recorder -> new ClosedLoop(connections, operations, pipeline, recorder), nanos);
    }

    /** At least so many operations, in batches. Returns how many a second. */
    public double closedLoopOf(Operations operations, int pipeline, long count) throws IOException {
        long done = 0;
        long nanos = 0;
        while (done < count) {
            LoadResult part = closedLoop(operations, pipeline, PART_NANOS);
            done += part.operationCount();
            nanos += part.elapsedNanos();
        }
        return done * 1e9 / Math.max(1, nanos);
    }

    /** Operations at a fixed rate; see {@link OpenLoop}. */
    public LoadResult openLoop(Operations operations, double perSecond, long nanos) throws IOException {
        return run(
                recorder -> new OpenLoop(channels.get(0).eventLoop(), connections, operations, perSecond, recorder),
                nanos);
    }

    private LoadResult run(Function<LoadRecorder, Load> kind, long nanos) throws IOException {
        Load load = kind.apply(new LoadRecorder(System.nanoTime(), nanos));
        channels.get(0).eventLoop().execute(() -> begin(load));
        try {
            LoadResult result =
                    load.result().get(nanos + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS), TimeUnit.NANOSECONDS);
            requireNoErrors();
            return result;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the server has not answered for " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static void begin(Load load) {
        try {
            load.begin();
        } catch (RuntimeException e) {
            load.failed(new IOException(e));
        }
    }

    private void requireNoErrors() throws IOException {
        long count = 0;
        String first = null;
        for (LoadConnection connection : connections) {
            count += connection.scanner().errorCount();
            first = first == null ? connection.scanner().firstError() : first;
        }
        if (count > 0) {
            throw new IOException(count + " replies were errors, the first: " + first);
        }
    }

    /** Nil replies so far: keys that were asked for and are not there. */
    public long nilCount() {
        return connections.stream()
                .mapToLong(connection -> connection.scanner().nilCount())
                .sum();
    }

    @Override
    public void close() {
        // An event loop that is told to end need not close its channels.
        channels.forEach(channel -> channel.close().awaitUninterruptibly());
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
