package io.nvmredis.it.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * A port of this machine that leads to a server and stays the same when the server's changes. The way can be cut.
 *
 * <p>Each connection has two threads, which end with it. Any thread may cut and mend.
 */
public final class TcpProxy implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int CHUNK = 8 << 10;

    private final ServerSocket listener;
    private final Supplier<InetSocketAddress> server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong replyBytesLeft = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean isCut;

    /**
     * Leads from a free port to a server.
     *
     * @param server where it is, asked for each connection; may throw if it is nowhere
     */
    public TcpProxy(Supplier<InetSocketAddress> server) throws IOException {
        this.server = server;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("tcp-proxy", this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Ends all connections, and each new one at once, until {@link #mend}. */
    public void cut() {
        isCut = true;
        open.forEach(TcpProxy::close);
    }

    /** Cuts as soon as so many bytes of replies have come through. */
    public void cutAfter(long replyBytes) {
        replyBytesLeft.set(replyBytes);
    }

    public void mend() {
        replyBytesLeft.set(Long.MAX_VALUE);
        isCut = false;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                // The proxy is closed, or else the next client finds out.
            }
        }
    }

    /** Connects a client to the server; if there is none, the client's connection ends. */
    private void connect(Socket client) {
        Socket behind = new Socket();
        open.add(client);
        open.add(behind);
        try {
            behind.connect(server.get(), CONNECT_MILLIS);
            if (isCut) {
                throw new IOException("cut");
            }
            client.setTcpNoDelay(true);
            behind.setTcpNoDelay(true);
            start("tcp-proxy-commands", () -> copy(client, behind, new AtomicLong(Long.MAX_VALUE)));
            start("tcp-proxy-replies", () -> copy(behind, client, replyBytesLeft));
        } catch (IOException | RuntimeException e) {
            end(client, behind);
        }
    }

    private void copy(Socket from, Socket to, AtomicLong bytesLeft) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream input = from.getInputStream();
            OutputStream output = to.getOutputStream();
            for (int count = input.read(chunk); count >= 0; count = input.read(chunk)) {
                int allowed = (int) Math.min(count, Math.max(bytesLeft.getAndAdd(-count), 0));
                output.write(chunk, 0, allowed);
                if (allowed < count) {
                    cut();
                }
            }
        } catch (IOException e) {
            // Either side has ended the connection, or it has been cut.
        } finally {
            end(from, to);
        }
    }

    private void end(Socket one, Socket other) {
        close(one);
        close(other);
        open.remove(one);
        open.remove(other);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }
}
