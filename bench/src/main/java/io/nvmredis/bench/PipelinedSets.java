package io.nvmredis.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A load of pipelined SETs from one thread: on each of some connections a batch is sent, then all replies are read.
 *
 * <p>Closed-loop: it measures throughput, and no latency is read off it.
 */
final class PipelinedSets implements AutoCloseable {
    private static final int REPLY_LENGTH = "+OK\r\n".length();

    private final List<SocketChannel> connections = new ArrayList<>();
    private final ByteBuffer replies = ByteBuffer.allocateDirect(64 << 10);
    private final int pipeline;
    private final int keyCount;
    private final byte[] value;
    private final Random random = new Random(1);
    private final ByteBuffer batch;
    private long commandCount;

    PipelinedSets(int port, int connectionCount, int pipeline, int keyCount, int valueLength) throws IOException {
        this.pipeline = pipeline;
        this.keyCount = keyCount;
        this.value = "x".repeat(valueLength).getBytes(StandardCharsets.US_ASCII);
        this.batch = ByteBuffer.allocateDirect(pipeline * (valueLength + 96));
        for (int i = 0; i < connectionCount; i++) {
            SocketChannel connection =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connections.add(connection);
        }
    }

    /** Runs for a while and returns commands per second. */
    double run(long nanos) throws IOException {
        long start = System.nanoTime();
        long done = 0;
        long now = start;
        while (now - start < nanos) {
            for (SocketChannel connection : connections) {
                send(connection);
            }
            for (SocketChannel connection : connections) {
                receive(connection);
            }
            done += (long) pipeline * connections.size();
            now = System.nanoTime();
        }
        commandCount += done;
        return done * 1e9 / (now - start);
    }

    /** Commands answered so far. */
    long commandCount() {
        return commandCount;
    }

    private void send(SocketChannel connection) throws IOException {
        batch.clear();
        for (int i = 0; i < pipeline; i++) {
            String key = String.format(Locale.ROOT, "key:%012d", random.nextInt(keyCount));
            batch.put(("*3\r\n$3\r\nSET\r\n$16\r\n" + key + "\r\n$" + value.length + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            batch.put(value).put((byte) '\r').put((byte) '\n');
        }
        batch.flip();
        while (batch.hasRemaining()) {
            connection.write(batch);
        }
    }

    private void receive(SocketChannel connection) throws IOException {
        int expected = pipeline * REPLY_LENGTH;
        while (expected > 0) {
            replies.clear().limit(Math.min(expected, replies.capacity()));
            int count = connection.read(replies);
            if (count < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (expected == pipeline * REPLY_LENGTH && replies.get(0) != '+') {
                throw new IOException("the server answered with an error");
            }
            expected -= count;
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }
}
