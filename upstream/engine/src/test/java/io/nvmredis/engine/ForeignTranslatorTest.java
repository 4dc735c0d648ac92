package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.engine.value.Entry;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignTranslatorTest {
    private static final long NOW_MILLIS = 1_000_000;

    private final ForeignTranslator translator = new ForeignTranslator(() -> NOW_MILLIS);

    private static List<byte[]> command(String line) {
        return Arrays.stream(line.split(" ", -1)).map(TestClient::bytes).toList();
    }

    /** The commands, with commas between them; each field has its first letter's number as its deadline, but for f. */
    private String translated(String line) {
        return translator
                .translate(command(line), (key, field) -> field[0] == 'f' ? Entry.NO_DEADLINE : field[0])
                .stream()
                .map(words -> words.stream().map(TestClient::text).collect(Collectors.joining(" ")))
                .collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET key value",
                "set key value PXAT 5",
                "SET limit ifeq",
                "RPOPLPUSH a b",
                "DEL a b",
                "XADD s 1-1 limit 5",
                "XADD s NOMKSTREAM MAXLEN = 5 1-1 maxlen limit",
                "XTRIM s MINID 5-1",
                "XADD s MAXLEN"
            })
    void shouldLeaveWhatThereIsHereAsItIs(String line) {
        assertThat(translated(line)).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "brpoplpush a b 0 | RPOPLPUSH a b",
                "BLMOVE a b right left 0 | LMOVE a b right left",
                "SET a b IFEQ c KEEPTTL | SET a b KEEPTTL",
                "SET a b PXAT 5 ifdne 123 | SET a b PXAT 5",
                "MSETEX 2 a 1 b 2 NX PXAT 5 | SET a 1 PXAT 5, SET b 2 PXAT 5",
                "MSETEX 1 nx 1 | SET nx 1",
                "XDELEX s ACKED IDS 2 1-1 2-1 | XDEL s 1-1 2-1"
            })
    void shouldNameWhatWasDone(String line, String expected) {
        assertThat(translated(line)).isEqualTo(expected);
    }

    /** Redis writes how long the stream has become, and leaves the limit that was for what it was asked for. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "XADD s MAXLEN = 3 LIMIT 100 3-1 f v | XADD s MAXLEN = 3 3-1 f v",
                "xadd s nomkstream minid = 3-1 limit 0 3-1 limit 1 | xadd s nomkstream minid = 3-1 3-1 limit 1",
                "XADD s LIMIT 5 MAXLEN ~ 3 3-1 f v | XADD s MAXLEN ~ 3 3-1 f v",
                "XTRIM s MAXLEN = 3 LIMIT 1 | XTRIM s MAXLEN = 3",
                "XTRIM s MINID = 3 LIMIT 1 ACKED | XTRIM s MINID = 3",
                "XADD s KEEPREF IDMP p 7 MAXLEN = 3 3-1 f v | XADD s MAXLEN = 3 3-1 f v",
                "XADD s IDMPAUTO p 3-1 f v | XADD s 3-1 f v"
            })
    void shouldCutAStreamAsFarAsItWasCutThere(String line, String expected) {
        assertThat(translated(line)).isEqualTo(expected);
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
        assertThat(translated("HSETEX h FXX KEEPTTL FIELDS 2 f v a w"))
                .isEqualTo("HSET h f v a w, HPEXPIREAT h 97 FIELDS 1 a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HSETEX h EX soon FIELDS 1 f v",
                "HSETEX h PXAT",
                "HSETEX h SOON 5 FIELDS 1 f v",
                "HSETEX h FIELDS 1 f",
                "HSETEX key",
                "MSETEX 2 a 1",
                "XDELEX s KEEPREF",
                "XADD s MAXLEN = 3 LIMIT"
            })
    void shouldRefuseWhatIsMalformed(String line) {
        assertThatThrownBy(() -> translated(line))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining(line.substring(0, 6))
                .hasMessageContaining("malformed");
    }

    @Test
    void shouldKnowWhatChangesNothing() {
        assertThat(ForeignTranslator.isWithoutEffect(command("ping"))).isTrue();
        assertThat(ForeignTranslator.isWithoutEffect(command("REPLCONF GETACK *")))
                .isTrue();
        assertThat(ForeignTranslator.isWithoutEffect(command("SET key value"))).isFalse();
    }
}
