package io.nvmredis.it.kit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A client of one connection that hides nothing: what is sent and what comes back can be told apart.
 *
 * <p>Replies are a {@code String} (one char per byte), a {@code Long}, a {@code List}, null or a {@link RespError}; or,
 * where it matters how a server says something, {@linkplain ReplyText a text} that tells all kinds apart. One thread at
 * a time.
 */
public final class RespClient implements AutoCloseable {
    /** Strings are bytes here: every char is one. */
    public static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private static final int REPLY_DEADLINE_MILLIS = 60_000;

    /** An error reply, without the dash. */
    public record RespError(String message) {}

    /** A simple string, as opposed to a bulk string. */
    record SimpleString(String text) {}

    /**
     * A reply of a kind that RESP3 alone has.
     *
     * @param type first byte of the reply
     * @param value its line, its string or its elements, names and values of a map in turn
     */
    record Resp3Reply(char type, Object value) {}

    /** An array that is not there, as opposed to a string that is not. */
    enum NilArray {
        NIL
    }

    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;

    public RespClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(REPLY_DEADLINE_MILLIS);
        input = new BufferedInputStream(socket.getInputStream());
        output = new BufferedOutputStream(socket.getOutputStream());
    }

    /** Sends a command and waits for its reply. */
    public Object call(String... command) throws IOException {
        send(command);
        flush();
        return receive();
    }

    /** The same, and nothing of the reply is lost. */
    public String callExactly(String... command) throws IOException {
        send(command);
        flush();
        return receiveAll();
    }

    /** Puts a command into the buffer that {@link #flush} sends. */
    public void send(String... command) throws IOException {
        write(output, command);
    }

    private static void write(OutputStream to, String... command) throws IOException {
        to.write(("*" + command.length + "\r\n").getBytes(BYTES));
        for (String argument : command) {
            byte[] bytes = argument.getBytes(BYTES);
            to.write(("$" + bytes.length + "\r\n").getBytes(BYTES));
            to.write(bytes);
            to.write('\r');
            to.write('\n');
        }
    }

    /** Puts the first half of a command's bytes there; nothing that makes sense can follow. */
    public void sendHalf(String... command) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        write(whole, command);
        output.write(whole.toByteArray(), 0, whole.size() / 2);
    }

    public void flush() throws IOException {
        output.flush();
    }

    /** Waits for the next reply, of which nothing is lost. */
    public String receiveAll() throws IOException {
        return ReplyText.of(receiveExactly());
    }

    /** Waits for the next reply; that none comes is a fault of the server, not a lost connection. */
    public Object receive() throws IOException {
        return plain(receiveExactly());
    }

    private static Object plain(Object reply) {
        if (reply instanceof SimpleString simple) {
            return simple.text();
        }
        if (reply == NilArray.NIL) {
            return null;
        }
        if (reply instanceof List<?> elements) {
            List<Object> plain = new ArrayList<>(elements.size());
            elements.forEach(element -> plain.add(plain(element)));
            return plain;
        }
        return reply;
    }

    private Object receiveExactly() throws IOException {
        try {
            return readReply();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no reply after " + REPLY_DEADLINE_MILLIS + " ms", e);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private Object readReply() throws IOException {
        String line = readLine();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> new SimpleString(rest);
            case '-' -> new RespError(rest);
            case ':' -> Long.valueOf(rest);
            case '$' -> readBulk(Integer.parseInt(rest));
            case '*' -> readArray(Integer.parseInt(rest));
            case '_', ',', '#', '(' -> new Resp3Reply(line.charAt(0), rest);
            case '=' -> new Resp3Reply('=', readBulk(Integer.parseInt(rest)));
            case '~', '>' -> new Resp3Reply(line.charAt(0), readArray(Integer.parseInt(rest)));
            case '%', '|' -> new Resp3Reply(line.charAt(0), readArray(2 * Integer.parseInt(rest)));
            default -> throw new IOException("not a reply: " + line);
        };
    }

    private Object readBulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = input.readNBytes(length);
        if (bytes.length < length || !readLine().isEmpty()) {
            throw new EOFException("the connection ended within a reply of " + length + " bytes");
        }
        return new String(bytes, BYTES);
    }

    private Object readArray(int count) throws IOException {
        if (count < 0) {
            return NilArray.NIL;
        }
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(readReply());
        }
        return elements;
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = input.read(); c != '\r'; c = input.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended");
            }
            line.append((char) c);
        }
        if (input.read() != '\n') {
            throw new EOFException("the connection ended within a line");
        }
        return line.toString();
    }
}
