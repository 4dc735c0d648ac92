package io.nvmredis.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandTable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CommandMeterTest {
    private static final CommandMeter.Client CLIENT = new CommandMeter.Client() {
        @Override
        public String address() {
            return "127.0.0.1:1";
        }

        @Override
        public String name() {
            return "me";
        }
    };

    private final CommandMeter meter = new CommandMeter();

    private static List<byte[]> words(String command) {
        return Arrays.stream(command.split(" ", -1))
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static CommandSpec spec(String command) {
        return Objects.requireNonNull(CommandTable.find(words(command).get(0)));
    }

    private void run(String command, long micros) {
        meter.ran(spec(command), words(command), micros * 1_000, CLIENT);
    }

    private void fail(String command, String error) {
        meter.failed(spec(command), words(command), ('-' + error + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private CommandFigures figures(String name) {
        return meter.used().stream()
                .filter(each -> each.name().equals(name))
                .findAny()
                .orElseThrow();
    }

    private Map<String, Long> errors() {
        Map<String, Long> errors = new TreeMap<>();
        meter.errors().forEach(errors::put);
        return errors;
    }

    @Test
    void shouldCountCommandsAndSubcommands() {
        run("SET a b", 3);
        run("set a b", 4);
        run("CLIENT List", 5);
        run("client", 6);
        assertThat(meter.used()).extracting(CommandFigures::name).containsExactly("client", "client|list", "set");
        assertThat(figures("set").calls()).isEqualTo(2);
        assertThat(figures("set").micros()).isEqualTo(7);
        assertThat(meter.calls()).isEqualTo(4);
        meter.reset();
        assertThat(meter.used()).isEmpty();
        assertThat(meter.calls()).isZero();
    }

    @Test
    void shouldCountRejectedCallsOfKnownCommands() {
        byte[] error = "-ERR no\r\n".getBytes(StandardCharsets.ISO_8859_1);
        meter.rejected(spec("get"), words("get"), error);
        meter.rejected(spec("client"), words("client nothing"), error);
        meter.rejected(null, words("nothing"), error);
        assertThat(meter.used()).extracting(CommandFigures::name).containsExactly("get");
        assertThat(figures("get").rejectedCalls()).isEqualTo(1);
        assertThat(figures("get").calls()).isZero();
        assertThat(errors()).hasToString("{ERR=3}");
    }

    @Test
    void shouldCountTheErrorOfACommandOfAScriptOnce() {
        fail("incr l", "WRONGTYPE of the wrong kind");
        fail("eval x 0", "WRONGTYPE of the wrong kind script: 1234, on line 1");
        fail("incr l", "WRONGTYPE of the wrong kind");
        fail("eval x 0", "MY own");
        assertThat(errors()).hasToString("{MY=1, WRONGTYPE=2}");
        assertThat(figures("incr").failedCalls()).isEqualTo(2);
        assertThat(figures("eval").failedCalls()).isEqualTo(2);
    }

    @Test
    void shouldKeepSlowCommandsAlone() {
        meter.settings().set("slowlog-log-slower-than", "10");
        run("set a b", 9);
        run("set a c", 10);
        run("exec", 100);
        meter.settings().set("slowlog-log-slower-than", "-1");
        run("set a d", 1_000_000);
        assertThat(meter.slowLog().latest(10)).hasSize(1);
        SlowCommand slow = meter.slowLog().latest(10).get(0);
        assertThat(slow.micros()).isEqualTo(10);
        assertThat(slow.address()).isEqualTo("127.0.0.1:1");
        assertThat(slow.clientName()).isEqualTo("me");
        assertThat(slow.words().get(2)).containsExactly('c');
    }

    @Test
    void shouldKeepNoMoreThanTheSettingSays() {
        meter.settings().set("slowlog-log-slower-than", "0");
        meter.settings().set("slowlog-max-len", "3");
        for (int i = 0; i < 5; i++) {
            run("set a " + i, 1);
        }
        assertThat(meter.slowLog().latest(10)).extracting(SlowCommand::id).containsExactly(4L, 3L, 2L);
        assertThat(meter.slowLog().latest(2)).hasSize(2);
        meter.slowLog().reset();
        assertThat(meter.slowLog().length()).isZero();
    }

    @Test
    void shouldBoundTheMemoryOfTheSlowLog() {
        meter.settings().set("slowlog-log-slower-than", "0");
        meter.settings().set("slowlog-max-len", Long.toString(Long.MAX_VALUE));
        String command = "mset" + (" " + "x".repeat(1_000)).repeat(40);
        for (int i = 0; i < 10_000; i++) {
            run(command, 1);
        }
        long bytes = meter.slowLog().latest(Long.MAX_VALUE).stream()
                .mapToLong(SlowCommand::bytes)
                .sum();
        assertThat(bytes).isBetween(SlowLog.MAX_BYTES / 2, SlowLog.MAX_BYTES);
    }

    @Test
    void shouldBoundTheCodesOfErrors() {
        for (int i = 0; i < 1_000; i++) {
            fail("eval x 0", "CODE" + i + " of a script");
        }
        fail("eval x 0", "X".repeat(1_000));
        assertThat(errors()).hasSize(ErrorCounts.MAX_CODES);
        assertThat(meter.errors().all()).isEqualTo(1_001);
    }

    @Test
    void shouldNoteSlowMomentsByEvent() {
        run("get a", 5_000);
        assertThat(meter.latency().events()).isEmpty();
        meter.settings().set("latency-monitor-threshold", "5");
        run("get a", 4_999);
        run("get a", 5_000);
        run("keys *", 7_000);
        meter.served(spec("blpop"), words("blpop a 0"), 8_000_000, CLIENT);
        assertThat(meter.latency().events())
                .extracting(LatencyEvent::name)
                .containsExactly("command", "command-unblocking", "fast-command");
        assertThat(Objects.requireNonNull(meter.latency().find("command")).maxMillis())
                .isEqualTo(7);
        assertThat(meter.latency().reset("command")).isTrue();
        assertThat(meter.latency().reset("command")).isFalse();
    }

    @Test
    void shouldKeepTheLongestTimeOfEachSecond() {
        LatencyEvent event = new LatencyEvent("x");
        for (int second = 0; second < 200; second++) {
            event.add(second, 3);
            event.add(second, 9);
            event.add(second, 5);
        }
        assertThat(event.samples()).hasSize(LatencyEvent.LENGTH);
        assertThat(event.samples().get(0)).isEqualTo(new LatencyEvent.Sample(40, 9));
        assertThat(event.latest()).isEqualTo(new LatencyEvent.Sample(199, 9));
    }

    @Test
    void shouldTrackDurationsWhileItIsAskedTo() {
        meter.settings().set("latency-tracking", "no");
        run("get a", 1);
        assertThat(figures("get").histogram()).isNull();
        meter.settings().set("latency-tracking", "yes");
        run("get a", 1);
        assertThat(Objects.requireNonNull(figures("get").histogram()).count()).isEqualTo(1);
    }
}
