package io.nvmredis.engine;

import io.nvmredis.engine.context.SessionOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What upstream takes for the socket of a connection: what it writes there by itself goes to the session, and its
 * question whether the peer is alive is answered by the connection. Nothing is ever read from it.
 */
final class SessionSocket extends Socket {
    private final SessionOutput output;
    private final Consumer<byte[]> messages;
    private final Runnable closing;

    /**
     * The socket of one connection.
     *
     * @param messages told of what upstream writes
     * @param closing told that upstream closes the connection
     */
    SessionSocket(SessionOutput output, Consumer<byte[]> messages, Runnable closing) {
        this.output = output;
        this.messages = messages;
        this.closing = closing;
    }

    @Override
    public InputStream getInputStream() {
        return InputStream.nullInputStream();
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) {
                messages.accept(new byte[] {(byte) b});
            }

            @Override
            public void write(byte[] bytes) {
                messages.accept(bytes);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                messages.accept(Arrays.copyOfRange(bytes, offset, offset + length));
            }
        };
    }

    @Override
    public boolean isConnected() {
        return output.isOpen();
    }

    @Override
    public boolean isClosed() {
        return !output.isOpen();
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        if (!output.isOpen()) {
            throw new IOException("the connection is closed");
        }
    }

    @Override
    public int getLocalPort() {
        return output.localPort();
    }

    @Override
    public synchronized void close() {
        closing.run();
    }
}
