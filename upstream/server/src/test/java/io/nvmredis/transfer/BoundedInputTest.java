package io.nvmredis.transfer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class BoundedInputTest {
    private final InputStream stream = new ByteArrayInputStream("datarest".getBytes(US_ASCII));

    @Test
    void shouldEndBeforeTheStreamDoes() throws IOException {
        try (BoundedInput input = new BoundedInput(stream, 4)) {
            assertThat(input.available()).isEqualTo(4);
            assertThat(input.read()).isEqualTo('d');
            assertThat(input.readAllBytes()).isEqualTo("ata".getBytes(US_ASCII));
            assertThat(input.read()).isEqualTo(-1);
            assertThat(input.position()).isEqualTo(4);
            assertThat(input.failure()).isNull();
        }
        assertThat(stream.readAllBytes()).as("left open").isEqualTo("rest".getBytes(US_ASCII));
    }

    @Test
    void shouldReadWhatNobodyHasRead() throws IOException {
        try (BoundedInput input = new BoundedInput(stream, 4)) {
            assertThat(input.read()).isEqualTo('d');
            input.drain();
            assertThat(input.position()).isEqualTo(4);
        }
        assertThat(stream.read()).isEqualTo('r');
    }

    @Test
    void shouldRememberThatTheStreamBrokeOff() throws IOException {
        try (BoundedInput input = new BoundedInput(stream, 9)) {
            assertThatThrownBy(input::readAllBytes)
                    .isInstanceOf(EOFException.class)
                    .hasMessage("the stream ended after 8 of 9 bytes");
            assertThat(input.failure()).isInstanceOf(EOFException.class);
        }
    }
}
