package io.nvmredis.engine;

import io.nvmredis.engine.context.SessionOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;

/**
 * What upstream takes for the socket of a connection: what it writes there by itself goes to the session, and its
 * question whether the peer is alive is answered by the connection. Nothing is ever read from it.
 */
final class SessionSocket extends Socket {
    private final Session session;
    private final SessionOutput output;

    SessionSocket(Session session, SessionOutput output) {
        this.session = session;
        this.output = output;
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
                session.pushed(new byte[] {(byte) b});
            }

            @Override
            public void write(byte[] bytes) {
                session.pushed(bytes);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                session.pushed(Arrays.copyOfRange(bytes, offset, offset + length));
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
        session.closeRequested();
    }
}
