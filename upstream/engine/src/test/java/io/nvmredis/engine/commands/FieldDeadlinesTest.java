package io.nvmredis.engine.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.EffectsPropertyTest;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.keyspace.Contents;
import io.nvmredis.engine.keyspace.Replica;
import io.nvmredis.spi.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands do to the deadlines of fields, which Redis has since 7.4. */
class FieldDeadlinesTest {
    private static final String DEADLINE = "4102444800000";

    private final TestClient client = new TestClient();

    @AfterEach
    void close() {
        client.close();
    }

    private String deadline(String field) {
        return client.run("HPEXPIRETIME", "h", "FIELDS", "1", field).strip();
    }

    @ParameterizedTest
    @CsvSource({
        "HSET h f 2, -1",
        "HSET h f 1, -1",
        "HMSET h f 2, -1",
        "HSET h g 2, 4102444800000",
        "HSETNX h f 2, 4102444800000",
        "HINCRBY h f 1, 4102444800000",
        "HINCRBYFLOAT h f 1.5, 4102444800000",
        "HDEL h g, 4102444800000",
        "HPERSIST h FIELDS 1 f, -1",
        "HPEXPIREAT h -1 FIELDS 1 f, 4102444800000",
        "HEXPIREAT h -1 FIELDS 1 f, 4102444800000",
        "HPEXPIREAT h -9223372036854775809 FIELDS 1 f, 4102444800000",
        "HPEXPIREAT h 4102444800001 NX FIELDS 1 f, 4102444800000",
        "HPEXPIREAT h 4102444800001 FIELDS 1 f, 4102444800001",
        "COPY h i, 4102444800000",
    })
    void shouldKeepOrTakeOffTheDeadlineOfAField(String command, String expected) {
        client.run("HSET", "h", "f", "1", "e", "1");
        client.run("HPEXPIREAT", "h", DEADLINE, "FIELDS", "1", "f");
        client.run("PEXPIREAT", "h", DEADLINE);
        client.run(command.split(" ", -1));
        assertThat(deadline("f")).isEqualTo("*1\r\n:" + expected);
        assertThat(client.run("PEXPIRETIME", "h")).isEqualTo(":" + DEADLINE + "\r\n");
        assertThat(EffectsPropertyTest.difference(
                        Contents.of(client.engine.databases()),
                        Contents.of(new Replica(client)
                                .applyNew(client.persister.transactions)
                                .databases())))
                .isEmpty();
    }

    /** A command that only reads is answered the same, and the field is removed when that can be recorded again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HGET h f",
                "HMGET h f e",
                "HGETALL h",
                "HKEYS h",
                "HVALS h",
                "HEXISTS h f",
                "HSTRLEN h f",
                "HSCAN h 0",
                "HPTTL h FIELDS 2 f e",
                "HTTL h FIELDS 1 f",
                "HPEXPIRETIME h FIELDS 1 f",
                "HGETALL i",
                "HKEYS i",
                "EVAL_RO return+redis.call('hgetall','h') 0",
            })
    void shouldHideAFieldThatHasExpiredWhereItsRemovalCannotBeRecorded(String read) {
        String[] words = read.replace(' ', '\n').replace('+', ' ').split("\n");
        client.run("HSET", "h", "f", "1", "e", "1");
        client.run("HSET", "i", "f", "1");
        client.run("HPEXPIRE", "h", "5", "FIELDS", "1", "f");
        client.run("HPEXPIRE", "i", "5", "FIELDS", "1", "f");
        client.clock.advance(5);
        List<String> replies = new ArrayList<>();
        client.persister.refusal = new Refusal(Refusal.Kind.FAILED, "the medium is gone");
        client.persister.failsToAppend = true;
        assertThat(client.effectsOf(words)).isEmpty();
        replies.add(client.run(words));
        client.persister.failsToAppend = false;
        client.persister.refusal = null;
        client.run("CLIENT", "PAUSE", "60000", "WRITE");
        assertThat(client.effectsOf(words)).isEmpty();
        replies.add(client.run(words));
        client.run("CLIENT", "UNPAUSE");
        client.persister.isBackedUp = true;
        assertThat(client.effectsOf(words)).isEmpty();
        replies.add(client.run(words));
        client.persister.isBackedUp = false;
        assertThat(client.effectsOf(words)).containsExactly("HDEL " + (read.contains(" i") ? "i f" : "h f"));
        assertThat(replies).containsOnly(client.run(words));
    }

    /** Such a command has been let through. */
    @Test
    void shouldNotGiveAFieldThatIsSetTheDeadlineOfOneThatWasHidden() {
        client.run("HSET", "h", "f", "1", "e", "1");
        client.run("HPEXPIRE", "h", "5", "FIELDS", "1", "f");
        client.clock.advance(5);
        client.persister.isBackedUp = true;
        assertThat(client.run("HGET", "h", "f")).isEqualTo("$-1\r\n");
        assertThat(client.run("HINCRBY", "h", "f", "7")).isEqualTo(":7\r\n");
        assertThat(client.run("HTTL", "h", "FIELDS", "1", "f")).isEqualTo("*1\r\n:-1\r\n");
    }

    @ParameterizedTest
    @CsvSource({"RENAME h i, 0", "MOVE h 1, 1", "COPY h i, 0", "COPY h i DB 1 REPLACE, 1"})
    void shouldTakeTheDeadlinesOfFieldsAlong(String command, String database) {
        client.run("HSET", "h", "f", "1", "e", "1");
        client.run("HPEXPIREAT", "h", DEADLINE, "FIELDS", "1", "f");
        List<String> effects = client.effectsOf(command.split(" ", -1));
        assertThat(effects).anySatisfy(effect -> assertThat(effect).contains("HPEXPIREAT"));
        client.run("SELECT", database);
        String key = command.startsWith("MOVE") ? "h" : "i";
        assertThat(client.run("HPEXPIRETIME", key, "FIELDS", "2", "f", "e"))
                .isEqualTo("*2\r\n:" + DEADLINE + "\r\n:-1\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "HPEXPIREAT h -1 FIELDS 1 f, '-ERR invalid expire time, must be >= 0'",
        "HEXPIREAT none -5 FIELDS 1 f, '-ERR invalid expire time, must be >= 0'",
        "HPEXPIREAT s -1 FIELDS 1 f, -WRONGTYPE Operation against a key holding the wrong kind of value",
        "HPEXPIREAT h -9223372036854775809 FIELDS 1 f, -ERR value is not an integer or out of range",
        "HPEXPIREAT h -x FIELDS 1 f, -ERR value is not an integer or out of range",
    })
    void shouldRefuseTimesBeforeTheBeginning(String command, String error) {
        client.run("HSET", "h", "f", "1");
        client.run("SET", "s", "v");
        assertThat(client.effectsOf(command.split(" ", -1))).isEmpty();
        assertThat(client.run(command.split(" ", -1)).strip()).isEqualTo(error);
    }
}
