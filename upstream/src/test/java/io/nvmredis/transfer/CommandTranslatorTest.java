package io.nvmredis.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandTranslatorTest {
    private static final long NOW_MILLIS = 1_000_000;

    private final CommandTranslator translator = new CommandTranslator(() -> NOW_MILLIS);

    private static List<byte[]> command(String line) {
        return Arrays.stream(line.split(" ", -1)).map(Words::bytes).toList();
    }

    /** The commands, with commas between them. */
    private String translated(String line) {
        return translator.translate(command(line)).stream()
                .map(words -> words.stream().map(Words::text).collect(Collectors.joining(" ")))
                .collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SET key value", "set key value PXAT 5", "RPOPLPUSH a b", "DEL a b", "HSETEX key"})
    void shouldLeaveWhatThereIsHereAsItIs(String line) {
        assertThat(translated(line)).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource({
        "RENAMENX a b, RENAME a b",
        "brpoplpush a b 0, RPOPLPUSH a b",
        "LMOVE a b RIGHT LEFT, RPOPLPUSH a b",
        "BLMOVE a b right left 0, RPOPLPUSH a b"
    })
    void shouldNameWhatWasDone(String line, String expected) {
        assertThat(translated(line)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "LMOVE a b LEFT RIGHT, LPOP RPUSH",
        "LMOVE a b LEFT LEFT, LPOP LPUSH",
        "BLMOVE a a RIGHT RIGHT 0, RPOP RPUSH"
    })
    void shouldMoveAnElementAsOneCommand(String line, String ends) {
        String destination = line.split(" ", -1)[2];
        assertThat(translated(line)).startsWith("EVAL ").endsWith(" 2 a " + destination + " " + ends);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HSETEX h FIELDS 1 f v | HSET h f v",
                "HSETEX h FNX EX 5 FIELDS 1 f v | HSET h f v, HPEXPIREAT h 1005000 FIELDS 1 f",
                "HSETEX h PX 5 FIELDS 2 f v g w | HSET h f v g w, HPEXPIREAT h 1000005 FIELDS 2 f g",
                "HSETEX h EXAT 7 FIELDS 1 f v | HSET h f v, HPEXPIREAT h 7000 FIELDS 1 f",
                "hsetex h fxx pxat 7 fields 1 f v | HSET h f v, HPEXPIREAT h 7 FIELDS 1 f"
            })
    void shouldSetFieldsAndThenTheirDeadline(String line, String expected) {
        assertThat(translated(line)).isEqualTo(expected);
    }

    @Test
    void shouldNotLoseADeadlineThatIsToBeKept() {
        String line = "HSETEX h KEEPTTL FIELDS 1 f v";
        assertThat(translated(line)).as("left to be refused").isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HSETEX h EX soon FIELDS 1 f v", "HSETEX h PXAT"})
    void shouldRefuseATimeThatIsNone(String line) {
        assertThatThrownBy(() -> translated(line))
                .isInstanceOf(TransferException.class)
                .hasMessageContaining("HSETEX of the key 'h'")
                .hasMessageContaining("malformed");
    }

    @Test
    void shouldKnowWhatChangesNothing() {
        assertThat(CommandTranslator.isWithoutEffect(command("ping"))).isTrue();
        assertThat(CommandTranslator.isWithoutEffect(command("REPLCONF GETACK *")))
                .isTrue();
        assertThat(CommandTranslator.isWithoutEffect(command("SET key value"))).isFalse();
    }
}
