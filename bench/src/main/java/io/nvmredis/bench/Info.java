package io.nvmredis.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Asks a server for INFO. */
final class Info {
    private static final int MAX_NUMBER_LENGTH = 18;

    private Info() {}

    /** Every field that is a whole number. */
    static Map<String, Long> of(int port) throws IOException {
        Map<String, Long> fields = new HashMap<>();
        for (String line : text(port).split("\r\n", -1)) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1);
            if (colon > 0 && value.length() <= MAX_NUMBER_LENGTH && value.matches("-?\\d+")) {
                fields.put(line.substring(0, colon), Long.parseLong(value));
            }
        }
        return fields;
    }

    private static String text(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("INFO\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream input = socket.getInputStream();
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            for (int next = input.read(); next != '\n'; next = input.read()) {
                if (next < 0) {
                    throw new IOException("the server closed the connection");
                }
                header.write(next);
            }
            String length = header.toString(StandardCharsets.US_ASCII).trim();
            if (!length.startsWith("$")) {
                throw new IOException("the server answered: " + length);
            }
            byte[] body = input.readNBytes(Integer.parseInt(length.substring(1)));
            return new String(body, StandardCharsets.UTF_8);
        }
    }
}
