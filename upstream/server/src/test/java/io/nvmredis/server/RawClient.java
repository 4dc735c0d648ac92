package io.nvmredis.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/** A client that sends what it is told and reads replies one by one, as text. */
public final class RawClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final InputStream in;

    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
    }

    /** A command as clients encode it. */
    public static String encode(String... arguments) {
        StringBuilder encoded = new StringBuilder("*" + arguments.length + "\r\n");
        for (String argument : arguments) {
            encoded.append('$').append(argument.length()).append("\r\n");
            encoded.append(argument).append("\r\n");
        }
        return encoded.toString();
    }

    public RawClient send(String... arguments) throws IOException {
        return sendRaw(encode(arguments));
    }

    public RawClient sendRaw(String bytes) throws IOException {
        return sendRaw(bytes.getBytes(ISO_8859_1));
    }

    public RawClient sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Sends a command and returns its reply. */
    public String call(String... arguments) throws IOException {
        return send(arguments).reply();
    }

    /** The next reply as it stands, except that a bulk string is its content and a missing one {@code (nil)}. */
    public String reply() throws IOException {
        String line = line();
        return switch (line.charAt(0)) {
            case '$' -> bulk(Integer.parseInt(line.substring(1)));
            case '*' -> array(Integer.parseInt(line.substring(1)));
            default -> line;
        };
    }

    private String bulk(int length) throws IOException {
        if (length < 0) {
            return "(nil)";
        }
        byte[] bytes = in.readNBytes(length + 2);
        if (bytes.length < length + 2) {
            throw new EOFException();
        }
        return new String(bytes, 0, length, ISO_8859_1);
    }

    private String array(int count) throws IOException {
        if (count < 0) {
            return "(nil)";
        }
        StringBuilder elements = new StringBuilder("[");
        for (int i = 0; i < count; i++) {
            elements.append(i == 0 ? "" : " ").append(reply());
        }
        return elements.append(']').toString();
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("closed by the server after '" + line + "'");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /** Whether nothing at all comes within a time. */
    public boolean isSilentFor(int millis) throws IOException {
        socket.setSoTimeout(millis);
        in.mark(1);
        try {
            in.read();
            in.reset();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    /** Whether the server has closed, after what has been read. */
    public boolean isClosedByServer() throws IOException {
        return in.read() < 0;
    }

    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes so that the server learns of it at once, and not only that no more will be sent. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
