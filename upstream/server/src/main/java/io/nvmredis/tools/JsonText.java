package io.nvmredis.tools;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON, one value after the other, to an output that buffers.
 *
 * <p>Bytes that are UTF-8 are a string; others, of which JSON has no kind, are an object with their Base64. One thread.
 */
final class JsonText {
    private final Output out;
    private boolean isFirst = true;

    /** Takes text. */
    interface Output {
        void write(byte[] bytes, int offset, int length);
    }

    JsonText(Output out) {
        this.out = out;
    }

    private void put(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes, 0, bytes.length);
    }

    private void separate() {
        if (!isFirst) {
            put(",");
        }
        isFirst = true;
    }

    JsonText beginObject() {
        return begin("{");
    }

    JsonText endObject() {
        return end("}");
    }

    JsonText beginArray() {
        return begin("[");
    }

    JsonText endArray() {
        return end("]");
    }

    private JsonText begin(String bracket) {
        separate();
        put(bracket);
        return this;
    }

    private JsonText end(String bracket) {
        put(bracket);
        isFirst = false;
        return this;
    }

    /** Writes the name of a member, whose value follows. */
    JsonText name(String name) {
        separate();
        putQuoted(name);
        put(":");
        return this;
    }

    JsonText value(long number) {
        return whole(Long.toString(number));
    }

    JsonText value(boolean is) {
        return whole(Boolean.toString(is));
    }

    /** Writes a score; JSON has no infinite numbers, so those are strings. */
    JsonText value(double score) {
        return Double.isInfinite(score) ? value(score > 0 ? "inf" : "-inf") : whole(Double.toString(score));
    }

    JsonText value(@Nullable String text) {
        if (text == null) {
            return whole("null");
        }
        separate();
        putQuoted(text);
        isFirst = false;
        return this;
    }

    JsonText value(byte[] bytes) {
        String text = textOf(bytes);
        if (text != null) {
            return value(text);
        }
        return beginObject()
                .name("base64")
                .value(Base64.getEncoder().encodeToString(bytes))
                .endObject();
    }

    private static @Nullable String textOf(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private JsonText whole(String text) {
        separate();
        put(text);
        isFirst = false;
        return this;
    }

    /** Ends a line, and with it the value. */
    void endLine() {
        put("\n");
        isFirst = true;
    }

    private void putQuoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            switch (letter) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    if (letter < ' ') {
                        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) letter));
                    } else {
                        quoted.append(letter);
                    }
                }
            }
        }
        put(quoted.append('"').toString());
    }
}
