package io.nvmredis.engine.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.TestClient;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole numbers are read as Redis reads them wherever one stands in a command: what Java or C would take for a number, too,
 * is an error, which Redis replies to each of these.
 */
class IntegerWordsTest {
    private static final List<String> SETUP = List.of(
            "SET s hello", "SET n 10", "RPUSH l a b a", "SADD t a b", "HSET h n 1", "ZADD z 1 a 2 b", "XADD r 1-1 f v");

    /** {@code @} stands for the number. */
    private static final String FORMS = """
            CLIENT KILL ID @
            CLIENT LIST ID @
            CLIENT PAUSE @
            CLIENT UNBLOCK @
            COPY s s2 DB @
            DECRBY n @
            EVAL return @
            EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db @
            EXPIRE s @
            EXPIREAT s @
            GETBIT s @
            GETEX s EX @
            GETEX s EXAT @
            GETEX s PX @
            GETEX s PXAT @
            GETRANGE s 0 @
            GETRANGE s @ 3
            HELLO @
            HEXPIRE h 100 FIELDS @ n
            HEXPIREAT h 4102444800 NX FIELDS @ n
            HEXPIRETIME h FIELDS @ n
            HINCRBY h n @
            HPERSIST h FIELDS @ n
            HPEXPIRE h 100000 FIELDS @ n
            HPEXPIREAT h 4102444800000 FIELDS @ n
            HPEXPIREAT h @ FIELDS 1 n
            HPEXPIRETIME h FIELDS @ n
            HPTTL h FIELDS @ n
            HSCAN h 0 COUNT @
            HTTL h FIELDS @ n
            INCRBY n @
            LINDEX l @
            LMPOP 1 l LEFT COUNT @
            LMPOP @ l LEFT
            LPOP l @
            LPOS l a COUNT @
            LPOS l a MAXLEN @
            LPOS l a RANK @
            LRANGE l 0 @
            LRANGE l @ 3
            LREM l @ a
            LSET l @ v
            LTRIM l 0 @
            LTRIM l @ 3
            MOVE s @
            PEXPIRE s @
            PEXPIREAT s @
            PSETEX s @ v
            RPOP l @
            SCAN 0 COUNT @
            SELECT @
            SET s v EX @
            SET s v EXAT @
            SET s v PX @
            SET s v PXAT @
            SETBIT s 1 @
            SETBIT s @ 1
            SETEX s @ v
            SETRANGE s @ x
            SINTERCARD 1 t LIMIT @
            SINTERCARD @ t
            SORT l LIMIT 0 @ ALPHA
            SORT l LIMIT @ 2 ALPHA
            SPOP t @
            SRANDMEMBER t @
            SSCAN t 0 COUNT @
            SUBSTR s @ 3
            WAIT 0 @
            WAIT @ 0
            WAITAOF 0 0 @
            WAITAOF 0 @ 0
            WAITAOF @ 0 0
            XADD r MAXLEN @ 9-1 f v
            XADD r MAXLEN ~ 1 LIMIT @ 9-1 f v
            XRANGE r - + COUNT @
            XREAD BLOCK @ STREAMS r 0
            XREAD COUNT @ STREAMS r 0
            XTRIM r MAXLEN @
            ZDIFF @ z
            ZINTER @ z
            ZINTERCARD 1 z LIMIT @
            ZINTERCARD @ z
            ZINTERSTORE d @ z
            ZMPOP 1 z MIN COUNT @
            ZMPOP @ z MIN
            ZPOPMAX z @
            ZPOPMIN z @
            ZRANDMEMBER z @
            ZRANGE z 0 9 BYSCORE LIMIT 0 @
            ZRANGE z 0 9 BYSCORE LIMIT @ 2
            ZRANGE z 0 @
            ZRANGE z @ 2
            ZRANGEBYLEX z - + LIMIT @ 2
            ZRANGEBYSCORE z 0 9 LIMIT @ 2
            ZRANGESTORE d z @ 2
            ZREMRANGEBYRANK z @ 2
            ZREVRANGE z @ 2
            ZREVRANGEBYSCORE z 9 0 LIMIT 0 @
            ZSCAN z 0 COUNT @
            ZUNION @ z
            ZUNIONSTORE d @ z
            """;

    private static final List<String> NONE = List.of(
            "+1", "01", "-0", "00", " 1", "1 ", "", "1e3", "0x1", "1.0", "1\0", "9223372036854775808", "\u0661");

    static Stream<String> forms() {
        return FORMS.lines();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void shouldTakeNothingElseForAnInteger(String form) {
        try (TestClient client = new TestClient()) {
            SETUP.forEach(line -> client.run(line.split(" ", -1)));
            for (String word : NONE) {
                String[] command = form.split(" ", -1);
                command[List.of(command).indexOf("@")] = word;
                assertThat(client.run(command)).as("%s with '%s'", form, word).startsWith("-ERR ");
            }
            assertThat(client.run("TTL", "s")).isEqualTo(":-1\r\n");
            assertThat(client.run("GET", "s")).isEqualTo("$5\r\nhello\r\n");
        }
    }
}
