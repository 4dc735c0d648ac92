package io.nvmredis.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {

    @Test
    void shouldNameACommandAndItsKey() {
        List<byte[]> command = List.of(Words.bytes("xgroup"), Words.bytes("create"), Words.bytes("orders"));
        assertThat(Words.name(command)).isEqualTo("XGROUP");
        assertThat(Words.describe(command, 2)).isEqualTo("XGROUP of the key 'orders'");
        assertThat(Words.describe(command, 3)).isEqualTo("XGROUP");
    }

    @Test
    void shouldShowBytesThatAreNotPrintableAndNoMoreThanABeginning() {
        assertThat(Words.excerpt(new byte[] {'a', 0, '\n', (byte) 0xff})).isEqualTo("a\\x00\\x0a\\xff");
        assertThat(Words.excerpt(Words.bytes("x".repeat(81)))).isEqualTo("x".repeat(80) + "...");
        assertThat(Words.excerpt(Words.bytes("x".repeat(80)))).isEqualTo("x".repeat(80));
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
