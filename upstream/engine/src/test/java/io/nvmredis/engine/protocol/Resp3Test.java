package io.nvmredis.engine.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.catalog.CommandTable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Resp3Test {
    private static String convert(String reply, ReplyShape shape) {
        String lines = reply.replace("|", "\r\n");
        byte[] converted = Resp3.convert(lines.getBytes(ISO_8859_1), shape);
        return new String(converted, ISO_8859_1).replace("\r\n", "|");
    }

    private static ReplyShape shapeOf(String command) {
        List<byte[]> words = Stream.of(command.split(" "))
                .map(word -> word.getBytes(ISO_8859_1))
                .toList();
        return ReplyShapes.of(Objects.requireNonNull(CommandTable.find(words.get(0))), words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "GET k; $1|x|; $1|x|",
                "GET k; $-1|; _|",
                "LPOP k 1; *-1|; _|",
                "MGET a b; *3|$-1|$0||$3|$-1|; *3|_|$0||$3|$-1|",
                "XRANGE k - +; *1|*2|$3|1-1|*2|$1|a|$-1|; *1|*2|$3|1-1|*2|$1|a|_|",
                "HGETALL h; *4|$1|a|$1|1|$1|b|$-1|; %2|$1|a|$1|1|$1|b|_|",
                "HGETALL h; *0|; %0|",
                "HGETALL h; -WRONGTYPE no|; -WRONGTYPE no|",
                "SMEMBERS s; *1|$1|a|; ~1|$1|a|",
                "SPOP s; $1|a|; $1|a|",
                "ZSCORE z a; $3|1.5|; ,1.5|",
                "ZSCORE z a; $-1|; _|",
                "ZRANGE z 0 -1 WithScores; *4|$1|a|$1|1|$1|b|$3|inf|; *2|*2|$1|a|,1|*2|$1|b|,inf|",
                "ZRANGE z 0 -1; *2|$1|a|$1|b|; *2|$1|a|$1|b|",
                "ZDIFF 1 withscores; *2|$1|a|$1|b|; *2|$1|a|$1|b|",
                "ZDIFF 1 z withscores; *2|$1|a|$1|1|; *1|*2|$1|a|,1|",
                "ZADD z 1 incr; :1|; :1|",
                "ZADD z INCR 1 a; $1|1|; ,1|",
                "ZPOPMIN z; *2|$1|a|$1|1|; *2|$1|a|,1|",
                "ZPOPMIN z 1; *2|$1|a|$1|1|; *1|*2|$1|a|,1|",
                "BZPOPMIN z 0; *3|$1|z|$1|a|$1|1|; *3|$1|z|$1|a|,1|",
                "XREAD STREAMS a b 0 0; *1|*2|$1|a|*0|; %1|$1|a|*0|",
                "INFO; $1|x|; =5|txt:x|",
                "EXEC; *-1|; _|",
                "EXEC; *2|%0|_|; *2|%0|_|",
            })
    void shouldConvertByTheCommand(String command, String reply, String expected) {
        assertThat(convert(reply, shapeOf(command))).isEqualTo(expected);
    }

    /** Several confirmations come in one piece. */
    @Test
    void shouldConvertOneMessageAfterTheOther() {
        assertThat(convert("*3|$9|subscribe|$1|a|:1|*3|$9|subscribe|$1|b|:2|", ReplyShape.PUSHES))
                .isEqualTo(">3|$9|subscribe|$1|a|:1|>3|$9|subscribe|$1|b|:2|");
        assertThat(convert("*3|$11|unsubscribe|$-1|:0|", ReplyShape.PUSHES)).isEqualTo(">3|$11|unsubscribe|_|:0|");
    }

    @Test
    void shouldNotCopyWhatIsTheSame() {
        byte[] reply = "$1\r\nx\r\n".getBytes(ISO_8859_1);
        assertThat(Resp3.convert(reply, ReplyShape.PLAIN)).isSameAs(reply);
    }
}
