package io.nvmredis.bench.arm;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A connection for a question now and then, beside the load. */
public final class AdminConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 120_000;

    private final Socket socket = new Socket();
    private final InputStream input;

    public AdminConnection(int port) throws IOException {
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            input = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends a command and returns the reply: a line with its first byte, or the text of a bulk string. */
    public String ask(String... words) throws IOException {
        StringBuilder command = new StringBuilder("*").append(words.length).append("\r\n");
        for (String word : words) {
            int length = word.getBytes(StandardCharsets.UTF_8).length;
            command.append('$').append(length).append("\r\n").append(word).append("\r\n");
        }
        return ask(command.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a command as it is. */
    public String ask(byte[] command) throws IOException {
        socket.getOutputStream().write(command);
        String line = line();
        if (!line.startsWith("$") || line.equals("$-1")) {
            return line;
        }
        int length = Integer.parseInt(line.substring(1));
        return new String(input.readNBytes(length + 2), 0, length, StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            line.append((char) next);
        }
        return line.toString().trim();
    }

    /** The fields of INFO; none where the server has no such command. */
    public Map<String, String> info() throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : ask("INFO").split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
