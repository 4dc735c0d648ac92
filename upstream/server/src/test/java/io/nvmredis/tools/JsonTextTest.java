package io.nvmredis.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final JsonText json = new JsonText(bytes::write);

    @Test
    void shouldWriteBytesThatAreNoTextAsBase64() {
        json.beginArray().value(new byte[] {'a', '"', '\n', 1});
        json.value(new byte[] {(byte) 0xff, 0});
        json.value("\u00e9".getBytes(StandardCharsets.UTF_8)).endArray().endLine();
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("[\"a\\\"\\n\\u0001\",{\"base64\":\"/wA=\"},\"\u00e9\"]\n");
    }

    @Test
    void shouldSeparateMembersAndNestedValues() {
        json.beginObject().name("a").value(1).name("b").beginArray().endArray();
        json.name("c").beginObject().name("d").value(true).endObject().name("e").value((String) null);
        json.name("f").value(Double.POSITIVE_INFINITY).endObject();
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("{\"a\":1,\"b\":[],\"c\":{\"d\":true},\"e\":null,\"f\":\"inf\"}");
    }

    @Test
    void shouldEndWhereNobodyReads() {
        PrintStream broken = new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                },
                false,
                StandardCharsets.UTF_8);
        ToolOutput output = new ToolOutput(broken);
        output.write(new byte[10], 0, 10);
        assertThatThrownBy(output::flush).isInstanceOf(ToolOutput.GoneException.class);
    }
}
