package io.nvmredis.bench.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** Answers each {@code *} that it reads with +OK, and once, after some time, nothing at all for a while. */
final class StallingServer implements AutoCloseable {
    private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final long stallAfterNanos;
    private final long stallNanos;

    StallingServer(long stallAfterNanos, long stallNanos) throws IOException {
        this.stallAfterNanos = stallAfterNanos;
        this.stallNanos = stallNanos;
        Thread thread = new Thread(this::serve, "stalling-server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve() {
        try (Socket socket = listener.accept()) {
            socket.setTcpNoDelay(true);
            InputStream input = socket.getInputStream();
            byte[] received = new byte[1 << 16];
            long start = System.nanoTime();
            boolean stalled = false;
            for (int length = input.read(received); length >= 0; length = input.read(received)) {
                if (!stalled && System.nanoTime() - start > stallAfterNanos) {
                    stalled = true;
                    LockSupport.parkNanos(stallNanos);
                }
                for (int i = 0; i < length; i++) {
                    if (received[i] == '*') {
                        socket.getOutputStream().write(OK);
                    }
                }
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
