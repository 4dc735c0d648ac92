package io.nvmredis.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordTextTest {

    @Test
    void shouldNameACommandAndItsKey() {
        List<byte[]> command = List.of(WordText.bytes("xgroup"), WordText.bytes("create"), WordText.bytes("orders"));
        assertThat(WordText.name(command)).isEqualTo("XGROUP");
        assertThat(WordText.describe(command, 2)).isEqualTo("XGROUP of the key 'orders'");
        assertThat(WordText.describe(command, 3)).isEqualTo("XGROUP");
    }

    @Test
    void shouldShowBytesThatAreNotPrintableAndNoMoreThanABeginning() {
        assertThat(WordText.excerpt(new byte[] {'a', 0, '\n', (byte) 0xff})).isEqualTo("a\\x00\\x0a\\xff");
        assertThat(WordText.excerpt(WordText.bytes("x".repeat(81)))).isEqualTo("x".repeat(80) + "...");
        assertThat(WordText.excerpt(WordText.bytes("x".repeat(80)))).isEqualTo("x".repeat(80));
    }

    @Test
    void shouldSayOfANameThatItIsNone() {
        List<String> faults = new ArrayList<>();
        assertThat(FileNames.check("dump.rdb", faults)).hasFileName("dump.rdb");
        assertThat(faults).isEmpty();
        assertThat(FileNames.check("a\0b", faults)).isNull();
        assertThat(faults).singleElement().asString().contains("cannot be the name of a file");
    }
}
