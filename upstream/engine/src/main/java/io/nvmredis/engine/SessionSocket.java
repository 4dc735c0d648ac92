package io.nvmredis.engine;

import io.nvmredis.engine.context.SessionOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Stands in for the socket of a connection towards upstream: what upstream writes to it goes to the session, and the
 * connection answers upstream's question whether the peer is alive. Nothing is ever read from it.
 */
final class SessionSocket extends Socket {
    private final SessionOutput output;
    private final Consumer<byte[]> messages;
    private final Runnable closing;

    /**
     * Creates the socket of one connection.
     *
     * @param messages is given each message that upstream writes
     * @param closing is run when upstream closes the connection
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
