package io.nvmredis.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows a reply in RESP 2 in one line: +simple, "bulk", 7, -error, nil, nil[], [array]. */
final class ReplyText {
    private ReplyText() {}

    static String read(InputStream input) {
        try {
            return element(input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String element(InputStream input) throws IOException {
        String line = line(input);
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '$' -> {
                int length = Integer.parseInt(rest);
                return length < 0 ? "nil" : '"' + shown(input.readNBytes(length + 2), length) + '"';
            }
            case '*' -> {
                int count = Integer.parseInt(rest);
                List<String> elements = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    elements.add(element(input));
                }
                return count < 0 ? "nil[]" : "[" + String.join(", ", elements) + "]";
            }
            case ':' -> {
                return rest;
            }
            default -> {
                return line;
            }
        }
    }

    private static String line(InputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new IOException("the reply ends early, after " + line);
            }
            line.append((char) next);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    private static String shown(byte[] bytes, int length) {
        StringBuilder text = new StringBuilder();
        for (char letter : new String(bytes, 0, length, StandardCharsets.ISO_8859_1).toCharArray()) {
            boolean isPlain = letter >= ' ' && letter < 127 && letter != '"' && letter != '\\';
            text.append(isPlain ? Character.toString(letter) : String.format(Locale.ROOT, "\\x%02x", (int) letter));
        }
        return text.toString();
    }
}
