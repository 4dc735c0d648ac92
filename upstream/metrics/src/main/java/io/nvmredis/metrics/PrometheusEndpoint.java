package io.nvmredis.metrics;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.nvmredis.server.MetricsEndpoint;
import io.nvmredis.server.StartException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Port on which a page is shown by HTTP, at {@code /metrics}.
 *
 * <p>What strangers can make it keep is bounded: {@value #MOST_CONNECTIONS} connections, each with a request of a few
 * kilobytes and a page, and none that is silent for {@value #SILENT_SECONDS} seconds.
 *
 * <p>One thread of its own does everything, the reading of the figures as well, which waits for the command that runs: no
 * event loop of the server's clients is held up.
 */
final class PrometheusEndpoint implements MetricsEndpoint {
    private static final int MOST_CONNECTIONS = 64;
    private static final int SILENT_SECONDS = 10;
    private static final int MOST_REQUEST_BYTES = 4096;
    private static final long END_SECONDS = 5;

    private final PrometheusPage page;
    private final EventLoopGroup loops;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listening;

    private PrometheusEndpoint(PrometheusPage page, InetSocketAddress address) {
        this.page = page;
        loops = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("nvm-redis-metrics", true), NioIoHandler.newFactory());
        try {
            listening = new ServerBootstrap()
                    .group(loops)
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            accept(channel);
                        }
                    })
                    .bind(address)
                    .syncUninterruptibly()
                    .channel();
        } catch (Throwable e) {
            shutDown();
            throw e;
        }
    }

    /**
     * Opens the port.
     *
     * @throws StartException if the address cannot be listened on
     */
    static PrometheusEndpoint open(PrometheusPage page, InetSocketAddress address) {
        try {
            return new PrometheusEndpoint(page, address);
        } catch (Exception e) {
            page.close();
            throw new StartException(
                    "metrics-port " + address.getPort() + " on " + address.getHostString() + " cannot be listened on ("
                            + e.getMessage() + "); choose another",
                    e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Nobody waits for the end of the connection.
    private void accept(Channel channel) {
        if (connections.size() >= MOST_CONNECTIONS || page.isDeniedTo(channel.remoteAddress())) {
            channel.close();
            return;
        }
        connections.add(channel);
        HttpDecoderConfig limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(MOST_REQUEST_BYTES)
                .setMaxHeaderSize(MOST_REQUEST_BYTES)
                .setMaxChunkSize(MOST_REQUEST_BYTES);
        channel.pipeline()
                .addLast(new IdleStateHandler(0, 0, SILENT_SECONDS))
                .addLast(new HttpServerCodec(limits))
                .addLast(new HttpObjectAggregator(MOST_REQUEST_BYTES))
                .addLast(new PageHandler(page));
    }

    @Override
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The end of the loop ends the connections as well.
    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        connections.close();
        shutDown();
        page.close();
    }

    private void shutDown() {
        loops.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
    }
}
