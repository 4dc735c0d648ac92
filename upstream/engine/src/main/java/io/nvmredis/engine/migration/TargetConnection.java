package io.nvmredis.engine.migration;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Connection to the server that keys are migrated to. Each step of it, which is to connect, to send up to 64 KB, or to
 * receive a line, may take the timeout, as in Redis. It also ends when nobody wants the result any more.
 */
public final class TargetConnection implements AutoCloseable {
    private static final int CHUNK_LENGTH = 64 << 10;
    /** Greatest length of a reply's line; what is longer is cut off, as no reply that is expected is that long. */
    private static final int MAX_LINE_LENGTH = 1 << 10;
    /** Time after which a wait looks whether it is still wanted. */
    private static final long LOOK_MILLIS = 500;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final long timeoutMillis;
    private final BooleanSupplier isWanted;
    private final ByteBuffer input = ByteBuffer.allocate(CHUNK_LENGTH).flip();

    private TargetConnection(
            SocketChannel channel, Selector selector, SelectionKey key, long timeoutMillis, BooleanSupplier isWanted) {
        this.channel = channel;
        this.selector = selector;
        this.key = key;
        this.timeoutMillis = timeoutMillis;
        this.isWanted = isWanted;
    }

    /**
     * Connects to a server.
     *
     * @param isWanted whether anybody waits for the result still
     * @throws IOException if it cannot be reached within the timeout
     */
    @SuppressWarnings("resource")
    public static TargetConnection open(String host, int port, long timeoutMillis, BooleanSupplier isWanted)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("no address of that name");
        }
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            Selector selector = channel.provider().openSelector();
            try {
                SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
                TargetConnection opened = new TargetConnection(channel, selector, key, timeoutMillis, isWanted);
                boolean isConnected = channel.connect(address);
                for (long deadline = opened.deadline(); !isConnected; isConnected = channel.finishConnect()) {
                    opened.await(SelectionKey.OP_CONNECT, deadline);
                }
                return opened;
            } catch (IOException | RuntimeException e) {
                selector.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private long deadline() {
        long nanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        return System.nanoTime() + Math.min(nanos, Long.MAX_VALUE / 2);
    }

    private void await(int operation, long deadline) throws IOException {
        key.interestOps(operation);
        while (true) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new SocketTimeoutException();
            }
            int ready = selector.select(Math.min(left, LOOK_MILLIS));
            selector.selectedKeys().clear();
            if (ready > 0) {
                return;
            }
            if (Thread.currentThread().isInterrupted() || !isWanted.getAsBoolean()) {
                throw new InterruptedIOException();
            }
        }
    }

    private void requireTime(long deadline) throws IOException {
        if (System.nanoTime() - deadline > 0) {
            throw new SocketTimeoutException();
        }
        if (Thread.currentThread().isInterrupted() || !isWanted.getAsBoolean()) {
            throw new InterruptedIOException();
        }
    }

    /** Sends bytes. */
    public void send(byte[] bytes) throws IOException {
        for (int start = 0; start < bytes.length; start += CHUNK_LENGTH) {
            ByteBuffer chunk = ByteBuffer.wrap(bytes, start, Math.min(CHUNK_LENGTH, bytes.length - start));
            long deadline = deadline();
            while (chunk.hasRemaining()) {
                if (channel.write(chunk) == 0) {
                    await(SelectionKey.OP_WRITE, deadline);
                }
            }
        }
    }

    /** Receives a line, and returns it without its end. */
    public String receiveLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long deadline = deadline();
        while (true) {
            byte next = nextByte(deadline);
            if (next == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            if (line.size() < MAX_LINE_LENGTH) {
                line.write(next);
            }
        }
    }

    private byte nextByte(long deadline) throws IOException {
        while (!input.hasRemaining()) {
            input.clear();
            requireTime(deadline);
            int count = channel.read(input);
            input.flip();
            if (count < 0) {
                throw new EOFException();
            }
            if (count == 0) {
                await(SelectionKey.OP_READ, deadline);
            }
        }
        return input.get();
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            channel.close();
        }
    }
}
