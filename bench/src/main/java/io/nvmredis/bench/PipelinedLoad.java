package io.nvmredis.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Pipelined commands from one thread: on each of some connections a batch is sent, then all replies are read.
 *
 * <p>Closed-loop: it measures throughput, and no latency is read off it.
 */
final class PipelinedLoad implements AutoCloseable {
    private final List<Connection> connections = new ArrayList<>();
    private final ByteBuffer received = ByteBuffer.allocateDirect(256 << 10);
    private final int pipeline;
    private final ByteBuffer batch;
    private final Mix mix;
    private long commandCount;

    /** Chooses commands. */
    interface Mix {
        /** Writes one. */
        void next(ByteBuffer buffer);
    }

    private record Connection(SocketChannel channel, Replies replies) {}

    /**
     * Connects.
     *
     * @param largestCommand bytes of the largest command
     */
    PipelinedLoad(int port, int connectionCount, int pipeline, int largestCommand, Mix mix) throws IOException {
        this.pipeline = pipeline;
        this.mix = mix;
        this.batch = ByteBuffer.allocateDirect(pipeline * largestCommand);
        for (int i = 0; i < connectionCount; i++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connections.add(new Connection(channel, new Replies()));
        }
    }

    /** Runs for a while and returns commands per second. */
    double run(long nanos) throws IOException {
        long start = System.nanoTime();
        long done = 0;
        long now = start;
        while (now - start < nanos) {
            done += round();
            now = System.nanoTime();
        }
        return done * 1e9 / (now - start);
    }

    /** Runs at least so many commands and returns commands per second. */
    double runCommands(long count) throws IOException {
        long start = System.nanoTime();
        long done = 0;
        while (done < count) {
            done += round();
        }
        return done * 1e9 / (System.nanoTime() - start);
    }

    private long round() throws IOException {
        for (Connection connection : connections) {
            send(connection.channel());
        }
        for (Connection connection : connections) {
            receive(connection);
        }
        long done = (long) pipeline * connections.size();
        commandCount += done;
        return done;
    }

    /** Commands answered so far. */
    long commandCount() {
        return commandCount;
    }

    /** Nil replies so far. */
    long missingCount() {
        return connections.stream()
                .mapToLong(connection -> connection.replies().missingCount())
                .sum();
    }

    private void send(SocketChannel channel) throws IOException {
        batch.clear();
        for (int i = 0; i < pipeline; i++) {
            mix.next(batch);
        }
        batch.flip();
        while (batch.hasRemaining()) {
            channel.write(batch);
        }
    }

    private void receive(Connection connection) throws IOException {
        int expected = pipeline;
        while (expected > 0) {
            received.clear();
            if (connection.channel().read(received) < 0) {
                throw new EOFException("the server closed the connection");
            }
            received.flip();
            expected -= connection.replies().count(received);
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel().close();
        }
    }
}
