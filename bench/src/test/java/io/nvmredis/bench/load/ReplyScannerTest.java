package io.nvmredis.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyScannerTest {
    private final ReplyScanner scanner = new ReplyScanner();

    private int scan(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return scanner.scan(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource({
        "+OK|, 1",
        ":42|:-1|, 2",
        "$3|abc|, 1",
        "$0||, 1",
        "$-1|+OK|, 2",
        "*0|, 1",
        "*-1|, 1",
        "*2|$1|a|:1|, 1",
        "*3|*2|:1|:2|*0|*1|*1|+x|+OK|, 2",
        "$5|-ERR||+OK|, 2",
        "-ERR no|+OK|, 2",
        "$3|ab, 0",
        "*2|:1|, 0"
    })
    void shouldCountRepliesHoweverTheyAreCut(String text, int expected) {
        String reply = text.replace("|", "\r\n");
        assertThat(scan(reply)).isEqualTo(expected);
        ReplyScanner bytewise = new ReplyScanner();
        int count = 0;
        for (byte next : reply.getBytes(StandardCharsets.ISO_8859_1)) {
            count += bytewise.scan(new byte[] {next}, 0, 1);
        }
        assertThat(count).as("byte by byte").isEqualTo(expected);
    }

    @Test
    void shouldKeepTheFirstErrorAndCountAllEvenWithinArrays() {
        scan("*2\r\n+OK\r\n-ERR first\r\n-ERR second\r\n$4\r\n-ERR\r\n");
        assertThat(scanner.errorCount()).isEqualTo(2);
        assertThat(scanner.firstError()).isEqualTo("ERR first");
    }

    @Test
    void shouldCountNils() {
        scan("$-1\r\n*-1\r\n$1\r\nx\r\n");
        assertThat(scanner.nilCount()).isEqualTo(2);
        assertThat(scanner.errorCount()).isZero();
    }

    @Test
    void shouldCallAnythingElseAnError() {
        scan("HTTP/1.1 400\r\n");
        assertThat(scanner.firstError()).contains("not a reply of RESP2");
    }
}
