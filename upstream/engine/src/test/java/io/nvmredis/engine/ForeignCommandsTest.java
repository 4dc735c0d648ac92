package io.nvmredis.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nvmredis.engine.keyspace.Contents;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Refusal;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands that another server ran before: handed back by a persister, or sent as they happen. */
class ForeignCommandsTest {
    private static final int TRANSACTIONS_PER_SEED = 4_000;

    private final TestClient.SettableClock clock = new TestClient.SettableClock();

    /** An engine that has loaded what the persister hands it. */
    private TestClient loaded(Consumer<TransactionSink> kept) {
        RecordingPersister persister = new RecordingPersister() {
            @Override
            public RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading) {
                kept.accept(sink);
                return RecoveryReport.EMPTY;
            }
        };
        return new TestClient(persister, clock, Long.MAX_VALUE / 2);
    }

    private static void run(TransactionSink sink, String... commands) {
        byte[] bytes = resp(commands);
        sink.run(1, bytes, 0, bytes.length);
    }

    private static void apply(TransactionSink sink, String... commands) {
        byte[] bytes = resp(commands);
        sink.apply(1, bytes, 0, bytes.length);
    }

    /** Words are parted by spaces. */
    private static byte[] resp(String... commands) {
        StringBuilder text = new StringBuilder();
        for (String command : commands) {
            String[] words = command.split(" ", -1);
            text.append('*').append(words.length).append("\r\n");
            for (String word : words) {
                text.append('$')
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
        }
        return text.toString().getBytes(ISO_8859_1);
    }

    @Test
    void shouldRunCommandsAsTheyAreAndRecordNothing() {
        try (TestClient client = loaded(sink -> {
            run(sink, "INCR n", "INCRBY n 41");
            run(sink, "MULTI", "RPUSH l a b", "EXEC", "SELECT 3", "SET k v PXAT " + (clock.millis() + 5_000));
            run(sink, "SADD s only");
            run(sink, "SPOP s");
            run(sink, "RENAME l m");
            run(sink, "EVAL redis.call('set',KEYS[1],ARGV[1]) 1 e x");
            run(sink, "XADD x 7-1 f v", "XSETID x 9-9");
            run(sink, "BLPOP nothing 0");
        })) {
            assertThat(client.run("get", "n")).isEqualTo("$2\r\n42\r\n");
            assertThat(client.run("lrange", "m", "0", "-1")).isEqualTo("*2\r\n$1\r\na\r\n$1\r\nb\r\n");
            assertThat(client.run("exists", "l", "s")).isEqualTo(":0\r\n");
            assertThat(client.run("get", "e")).isEqualTo("$1\r\nx\r\n");
            assertThat(client.run("xadd", "x", "9-9", "f", "v")).contains("equal or smaller");
            client.run("select", "3");
            assertThat(client.run("pttl", "k")).isEqualTo(":5000\r\n");
            assertThat(client.persister.transactions).isEmpty();
        }
    }

    @Test
    void shouldLetCommandsSeeWhatHasExpired() {
        long past = clock.millis() - 1;
        try (TestClient client = loaded(sink -> {
            run(sink, "SET a 1 PXAT " + past);
            run(sink, "INCR a", "PERSIST a");
            run(sink, "HSET h f 1", "HPEXPIREAT h " + past + " FIELDS 1 f", "HINCRBY h f 1", "HPERSIST h FIELDS 1 f");
            run(sink, "SET b 1", "PEXPIREAT b " + past, "RENAME b c");
            run(sink, "PERSIST c");
            run(sink, "SET d 1", "PEXPIREAT d " + past, "EXISTS d");
        })) {
            assertThat(client.run("get", "a")).isEqualTo("$1\r\n2\r\n");
            assertThat(client.run("hget", "h", "f")).isEqualTo("$1\r\n2\r\n");
            assertThat(client.run("get", "c")).isEqualTo("$1\r\n1\r\n");
            assertThat(client.run("get", "d")).isEqualTo("$-1\r\n");
        }
    }

    /** A hash is gone a second after its last field has expired, but not while another server's commands are run. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "RENAME h i",
                "RENAME h i|EXISTS i",
                "COPY h i",
                "SET i 1|COPY h i REPLACE",
                "COPY h i DB 1|SELECT 1|MOVE i 0|SELECT 0",
                "RENAME h x|MOVE x 1|SELECT 1|RENAME x i|MOVE i 0|SELECT 0"
            })
    void shouldTakeAHashAlongWhoseFieldsHaveExpired(String commands) {
        long past = clock.millis() - 5_000;
        for (String deadline : List.of("PEXPIREAT h " + (clock.millis() + 5_000), "PERSIST h")) {
            try (TestClient client = loaded(sink -> {
                run(sink, "HSET h f 1", "HPEXPIREAT h " + past + " FIELDS 1 f");
                run(sink, (deadline + "|" + commands + "|HINCRBY i f 1|HPERSIST i FIELDS 1 f").split("\\|"));
            })) {
                assertThat(client.run("hget", "i", "f")).isEqualTo("$1\r\n2\r\n");
                assertThat(client.run("pttl", "i")).isEqualTo(deadline.startsWith("PERSIST") ? ":-1\r\n" : ":5000\r\n");
            }
        }
    }

    @Test
    void shouldKeepADeadlineToTheMillisecondWhenAKeyIsRenamed() {
        try (TestClient client = loaded(sink -> {
            run(sink, "SET a 1 PXAT " + (clock.millis() + 5_000));
            run(sink, "INCR a", "RENAME a b");
        })) {
            assertThat(client.run("pexpiretime", "b")).isEqualTo(":" + (clock.millis() + 5_000) + "\r\n");
        }
    }

    @Test
    void shouldTakeTheDeadlineOffAFieldThatIsSet() {
        try (TestClient client = loaded(sink ->
                run(sink, "HSET h f 1", "HPEXPIREAT h " + (clock.millis() + 5_000) + " FIELDS 1 f", "HSET h f 1"))) {
            assertThat(client.run("hpttl", "h", "FIELDS", "1", "f")).isEqualTo("*1\r\n:-1\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldIgnoreTheDeadlineOfAFieldThatIsNotThere(boolean isEffect) {
        String deadline = Long.toString(clock.millis() + 5_000);
        try (TestClient client = loaded(sink -> {
            String[] commands = {"HSET h e 1", "HPEXPIREAT h " + deadline + " FIELDS 2 f e", "HPEXPIREAT i 5 FIELDS 1 f"
            };
            if (isEffect) {
                apply(sink, commands);
            } else {
                run(sink, commands);
            }
        })) {
            assertThat(client.effectsOf("hpexpireat", "h", "5", "FIELDS", "1", "f"))
                    .isEmpty();
            assertThat(client.effectsOf("hsetnx", "h", "f", "1")).containsExactly("HSET h f 1");
            assertThat(client.run("hpexpiretime", "h", "FIELDS", "2", "f", "e"))
                    .isEqualTo("*2\r\n:-1\r\n:" + deadline + "\r\n");
            assertThat(client.run("exists", "i")).isEqualTo(":0\r\n");
        }
    }

    /** It has succeeded where it was written down: what is here is not what was there. */
    @Test
    void shouldEndTheLoadingAtAnErrorAndNameTheCommand() {
        assertThatThrownBy(() -> loaded(sink -> run(sink, "RPUSH l a", "INCR l", "RPUSH l b")))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("transaction 1")
                .hasMessageContaining("'INCR l'")
                .hasMessageContaining("WRONGTYPE");
        assertThatThrownBy(() -> loaded(sink -> run(sink, "GETSET l x y")))
                .hasMessageContaining("'GETSET l x ...'")
                .hasMessageContaining("wrong number of arguments");
    }

    @Test
    void shouldTranslateWhatIsSpeltOtherwiseHere() {
        long far = clock.millis() + 5_000;
        try (TestClient client = loaded(sink -> {
            run(sink, "xadd s 1-1 f v", "XADD s 2-1 f v", "XADD s MAXLEN = 2 LIMIT 100 3-1 f v");
            run(sink, "XTRIM s MAXLEN = 1 LIMIT 1");
            run(sink, "SET a 1", "RENAMENX a b", "SPUBLISH c m", "OPINFO");
            run(sink, "HSETEX h PXAT " + far + " FIELDS 1 f 1", "HSETEX h KEEPTTL FIELDS 2 f 2 g 2");
            run(sink, "RPUSH l a b", "BLMOVE l m LEFT RIGHT 0");
        })) {
            assertThat(client.run("xrange", "s", "-", "+"))
                    .isEqualTo("*1\r\n*2\r\n$3\r\n3-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n");
            assertThat(client.run("get", "b")).isEqualTo("$1\r\n1\r\n");
            assertThat(client.run("hmget", "h", "f", "g")).isEqualTo("*2\r\n$1\r\n2\r\n$1\r\n2\r\n");
            assertThat(client.run("hpexpiretime", "h", "FIELDS", "2", "f", "g"))
                    .isEqualTo("*2\r\n:" + far + "\r\n:-1\r\n");
            assertThat(client.run("lrange", "m", "0", "-1")).isEqualTo("*1\r\n$1\r\na\r\n");
        }
    }

    @Test
    void shouldNameACommandThatItDoesNotKnow() {
        assertThatThrownBy(() -> loaded(sink -> run(sink, "SET a 1", "XNACK key group 0")))
                .isInstanceOf(PersistenceException.class)
                .hasMessageContaining("transaction 1")
                .hasMessageContaining("'XNACK' on 'key'");
        assertThatThrownBy(() -> loaded(sink -> run(sink, "JSON.SET places $ 1")))
                .hasMessageContaining("'JSON.SET' on 'places'");
    }

    @Test
    void shouldRefuseWhatIsNotRespWithoutReadingOn() {
        for (String text : new String[] {
            "*1\r\n$3\r\nSE",
            "*2\r\n$3\r\nGET\r\n",
            "+OK\r\n",
            "*0\r\n",
            "*9999999999\r\n",
            "*1\r\n$-1\r\n",
            "*1\r\n$99\r\nx\r\n"
        }) {
            byte[] bytes = text.getBytes(ISO_8859_1);
            assertThatThrownBy(() -> loaded(sink -> sink.run(1, bytes, 0, bytes.length)))
                    .as(text)
                    .isInstanceOf(PersistenceException.class)
                    .hasMessageContaining("malformed");
        }
    }

    @Test
    void shouldGoOnFromWhatEffectsHaveMade() {
        try (TestClient client = loaded(sink -> {
            apply(sink, "APPEND a x");
            run(sink, "APPEND a y", "COPY a b");
            apply(sink, "APPEND a z", "SETRANGE b 0 q");
            run(sink, "SET c replaced");
            run(sink, "SELECT 1", "SET c 1", "COPY c a DB 0 REPLACE");
            apply(sink, "APPEND a 2");
        })) {
            assertThat(client.run("get", "a")).isEqualTo("$2\r\n12\r\n");
            assertThat(client.run("get", "b")).isEqualTo("$2\r\nqy\r\n");
        }
    }

    @Test
    void shouldAddToAHyperLogLogWhoeverAddedBefore() {
        List<byte[]> kept = new ArrayList<>();
        try (TestClient first = new TestClient()) {
            first.run("pfadd", "p", "a", "b");
            first.run("pfadd", "p", "c");
            kept.addAll(first.persister.transactions);
        }
        Consumer<TransactionSink> all = sink -> {
            kept.forEach(bytes -> sink.apply(1, bytes, 0, bytes.length));
            run(sink, "PFADD p d", "PFADD q a");
        };
        List<byte[]> further;
        try (TestClient second = loaded(all)) {
            second.run("pfadd", "p", "e");
            second.run("pfadd", "q", "b");
            second.run("pfadd", "p", "f");
            further = second.persister.transactions;
        }
        try (TestClient third =
                loaded(all.andThen(sink -> further.forEach(bytes -> sink.apply(1, bytes, 0, bytes.length))))) {
            assertThat(third.run("pfcount", "p")).isEqualTo(":6\r\n");
            assertThat(third.run("pfcount", "q")).isEqualTo(":2\r\n");
        }
    }

    /**
     * An XGROUP has its words in another order as a command, an XCLAIM needs the entry, and an XSETID of a stream whose
     * last id was set below one that it has lost is refused, as in Redis.
     */
    private static boolean isCommandToo(byte[] effects) {
        String text = new String(effects, ISO_8859_1);
        return Stream.of("XGROUP", "XCLAIM", "XSETID").noneMatch(name -> text.contains("\r\n" + name + "\r\n"));
    }

    /** Most effects are commands, too: it makes no difference as which of the two they are taken. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 4})
    void shouldDoWhatEffectsDo(long seed) {
        Random random = new Random(seed);
        CommandGenerator generator = new CommandGenerator(random);
        try (TestClient client = new TestClient(new RecordingPersister(), clock, Long.MAX_VALUE / 2)) {
            Engine loading = Engine.create(client.persister, clock, TestClient.context(1 << 20));
            Loader loader = new Loader(loading);
            int done = 0;
            while (done < TRANSACTIONS_PER_SEED) {
                generator.now(clock.millis());
                client.run(generator.next());
                for (; done < client.persister.transactions.size(); done++) {
                    byte[] bytes = client.persister.transactions.get(done);
                    if (isCommandToo(bytes) && random.nextBoolean()) {
                        loader.run(done, bytes, 0, bytes.length);
                    } else {
                        loader.apply(done, bytes, 0, bytes.length);
                    }
                }
                if (random.nextInt(20) == 0) {
                    loader.finish();
                    assertThat(EffectsPropertyTest.difference(
                                    Contents.of(client.engine.databases()), Contents.of(loading.databases())))
                            .as("seed %d, transaction %d", seed, done)
                            .isEmpty();
                }
                if (random.nextInt(6) == 0) {
                    clock.advance(random.nextInt(700));
                }
            }
        }
    }

    @Test
    void shouldRecordWhatIsSentAsOneTransaction() {
        try (TestClient client = new TestClient()) {
            client.run("set", "gone", "1", "px", "10");
            client.clock.advance(20);
            int before = client.persister.transactions.size();
            CommandRunner runner = new CommandRunner(client.engine);
            byte[] bytes = resp("INCR gone", "SELECT 2", "RPUSH l a b", "LPOP l", "INCR l");
            assertThat(runner.run(bytes, 0, bytes.length)).isEqualTo(before + 1);
            assertThat(runner.errorCount()).isEqualTo(1);
            assertThat(runner.error()).contains("'INCR l'", "WRONGTYPE");
            assertThat(client.effectsSince(before))
                    .containsExactly("SET gone 2", "PEXPIREAT gone 1700000000010", "SELECT 2", "RPUSH l b");
        }
    }

    @Test
    void shouldRecordEffectsThatAreNoCommandsAsTheyAre() {
        String[] effects = {
            "XADD s 1-1 f v",
            "XGROUP s CREATE g 1-1 ENTRIESREAD -1",
            "XGROUP s CREATECONSUMER g c 77",
            // The stream has no such entry any more.
            "XCLAIM s g c 0 0-9 RETRYCOUNT 3 TIME 70 FORCE JUSTID"
        };
        try (TestClient client = new TestClient()) {
            CommandRunner runner = new CommandRunner(client.engine);
            byte[] first = resp(effects[0]);
            runner.run(first, 0, first.length);
            byte[] rest = resp(effects[1], effects[2], effects[3]);
            runner.apply(rest, 0, rest.length);
            assertThat(runner.error()).isNull();
            assertThat(client.effectsSince(0)).containsExactly(effects);
            assertThat(client.run("xpending", "s", "g")).startsWith("*4\r\n:1\r\n$3\r\n0-9\r\n");
            byte[] lost = resp("XGROUP none CREATE g 1-1 ENTRIESREAD -1");
            runner.apply(lost, 0, lost.length);
            assertThat(runner.error()).contains("no stream");
        }
    }

    @Test
    void shouldRunNothingOfATransactionThatItDoesNotKnowOrThatCannotBeKept() {
        try (TestClient client = new TestClient()) {
            CommandRunner runner = new CommandRunner(client.engine);
            byte[] unknown = resp("SET a 1", "JSON.SET b $ 1");
            assertThatThrownBy(() -> runner.run(unknown, 0, unknown.length)).hasMessageContaining("JSON.SET");
            client.persister.refusal = new Refusal(Refusal.Kind.OUT_OF_SPACE, "no space");
            byte[] refused = resp("SET a 1");
            assertThatThrownBy(() -> runner.run(refused, 0, refused.length)).hasMessageContaining("OOM");
            client.persister.refusal = null;
            assertThat(client.run("exists", "a")).isEqualTo(":0\r\n");
            assertThat(client.persister.transactions).isEmpty();
        }
    }
}
