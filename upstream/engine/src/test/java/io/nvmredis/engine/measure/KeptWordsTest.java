package io.nvmredis.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptWordsTest {
    private static String kept(List<String> words) {
        List<byte[]> command = words.stream()
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
        return String.join(
                " ",
                KeptWords.of(command).stream()
                        .map(word -> new String(word, StandardCharsets.ISO_8859_1))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "AUTH pw, AUTH (redacted)",
        "auth default pw, auth (redacted) (redacted)",
        "HELLO 3 AUTH default pw SETNAME me, HELLO 3 AUTH (redacted) (redacted) SETNAME me",
        "hello 2 setname me auth u pw, hello 2 setname me auth (redacted) (redacted)",
        "CONFIG SET requirepass pw maxmemory 1, CONFIG SET requirepass (redacted) maxmemory 1",
        "CONFIG SET maxmemory 1 MasterAuth pw, CONFIG SET maxmemory 1 MasterAuth (redacted)",
        "CONFIG SET maxmemory requirepass requirepass pw, CONFIG SET maxmemory requirepass requirepass (redacted)",
        "ACL SETUSER bob >pw +@all, ACL SETUSER (redacted) (redacted) (redacted)",
        "ACL DRYRUN bob AUTH u pw, ACL DRYRUN bob AUTH (redacted) (redacted)",
        "ACL DRYRUN bob ACL SETUSER u >pw, ACL DRYRUN bob ACL SETUSER (redacted) (redacted)",
        "MIGRATE h 1 k 0 1 AUTH pw, MIGRATE h 1 k 0 1 AUTH (redacted)",
        "MIGRATE h 1 k 0 1 AUTH2 u pw KEYS a, MIGRATE h 1 k 0 1 AUTH2 (redacted) (redacted) KEYS a",
        "SET auth pw, SET auth pw",
        "CONFIG GET requirepass, CONFIG GET requirepass",
    })
    void shouldKeepNoPassword(String command, String kept) {
        assertThat(kept(List.of(command.split(" ", -1)))).isEqualTo(kept);
    }

    @Test
    void shouldCutLongWords() {
        assertThat(kept(List.of("SET", "x".repeat(128)))).isEqualTo("SET " + "x".repeat(128));
        assertThat(kept(List.of("SET", "x".repeat(130)))).isEqualTo("SET " + "x".repeat(128) + "... (2 more bytes)");
    }

    @Test
    void shouldCutLongCommands() {
        assertThat(kept(Collections.nCopies(32, "x"))).isEqualTo("x ".repeat(32).strip());
        assertThat(kept(Collections.nCopies(40, "x"))).isEqualTo("x ".repeat(31) + "... (9 more arguments)");
    }

    @Test
    void shouldNotShareTheBytesOfTheCommand() {
        byte[] word = {'a'};
        List<byte[]> kept = KeptWords.of(Arrays.asList(new byte[] {'x'}, word));
        word[0] = 'b';
        assertThat(kept.get(1)).containsExactly('a');
    }
}
