package io.nvmredis.junit5;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.instanceOf;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import io.nvmredis.server.NvmRedisServer;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.EventConditions;
import org.junit.platform.testkit.engine.Events;
import redis.clients.jedis.Jedis;

/** Which server a test gets, and what becomes of it. The classes within are run by JUnit's test kit. */
class WithNvmRedisTest {
    /** Servers that the classes within have been given. */
    private static final Set<NvmRedisServer> SEEN = ConcurrentHashMap.newKeySet();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    private static Jedis connect(EmbeddedRedis redis) {
        SEEN.add(redis.server());
        return new Jedis(redis.host(), redis.port());
    }

    private static Events run(Class<?> testClass) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(testClass))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
                .execute()
                .allEvents();
    }

    private static void runWell(Class<?> testClass, int count) {
        Events events = run(testClass);
        assertThat(events.failed().list()).isEmpty();
        events.assertStatistics(statistics -> statistics.skipped(0).aborted(0));
        assertThat(events.filter(EventConditions.test()::matches)
                        .filter(event -> event.getType().name().equals("FINISHED")))
                .hasSize(count);
    }

    private static void assertFailure(Class<?> testClass, Class<? extends Throwable> type, String... fragments) {
        run(testClass)
                .failed()
                .assertThatEvents()
                .isNotEmpty()
                .allSatisfy(failure -> assertThat(failure)
                        .is(event(finishedWithFailure(
                                instanceOf(type),
                                message(text -> List.of(fragments).stream().allMatch(text::contains))))));
    }

    @WithNvmRedis(domain = "emulated")
    static class EachTestItsOwn {
        @BeforeEach
        void write(EmbeddedRedis redis) {
            try (Jedis jedis = connect(redis)) {
                assertThat(jedis.incr("count")).as("the server is new").isEqualTo(1);
            }
        }

        @RepeatedTest(2)
        void shouldFindWhatWasWrittenBefore(EmbeddedRedis redis, NvmRedisServer server) {
            assertThat(server).isSameAs(redis.server());
            try (Jedis jedis = connect(redis)) {
                assertThat(jedis.incr("count")).isEqualTo(2);
            }
        }
    }

    @Test
    void shouldGiveEachTestAServerOfItsOwn() {
        runWell(EachTestItsOwn.class, 2);
        assertThat(SEEN).hasSize(2);
    }

    @WithNvmRedis(domain = "emulated", lifecycle = Lifecycle.PER_CLASS)
    static class AllTestsOne {
        AllTestsOne(EmbeddedRedis redis) {
            SEEN.add(redis.server());
        }

        @BeforeAll
        static void write(EmbeddedRedis redis) {
            try (Jedis jedis = connect(redis)) {
                jedis.set("before", "all");
            }
        }

        @RepeatedTest(2)
        void shouldFindWhatWasWrittenBefore(EmbeddedRedis redis) {
            try (Jedis jedis = connect(redis)) {
                assertThat(jedis.get("before")).isEqualTo("all");
            }
        }

        @Test
        @WithNvmRedis(persistence = "none")
        void shouldHaveAnotherOneIfItAsks(EmbeddedRedis redis) {
            assertThat(redis.server().persistence()).isEqualTo("none");
            try (Jedis jedis = connect(redis)) {
                assertThat(jedis.dbSize()).isZero();
            }
        }

        @Nested
        class Within {
            @Test
            void shouldShareTheServerOfTheClassAround(EmbeddedRedis redis) {
                try (Jedis jedis = connect(redis)) {
                    assertThat(jedis.get("before")).isEqualTo("all");
                }
            }
        }
    }

    @Test
    void shouldGiveAllTestsOfAClassOneServer() {
        runWell(AllTestsOne.class, 4);
        assertThat(SEEN).as("that of the class, and that of a method").hasSize(2);
    }

    @WithNvmRedis(domain = "emulated")
    @Execution(ExecutionMode.CONCURRENT)
    static class AtTheSameTime {
        private static final CyclicBarrier BOTH = new CyclicBarrier(2);

        @RepeatedTest(2)
        void shouldMeetNoOther(EmbeddedRedis redis) throws Exception {
            try (Jedis jedis = connect(redis)) {
                jedis.incr("count");
                BOTH.await(30, TimeUnit.SECONDS);
                assertThat(jedis.incr("count")).isEqualTo(2);
            }
        }
    }

    @Test
    void shouldKeepTestsApartThatRunAtTheSameTime() {
        runWell(AtTheSameTime.class, 2);
        assertThat(SEEN).hasSize(2);
    }

    static class StartedAgain {
        private static void restart(EmbeddedRedis redis, String expected) {
            try (Jedis jedis = connect(redis)) {
                jedis.set("key", "value");
            }
            int port = redis.port();
            redis.restart();
            assertThat(redis.port()).isEqualTo(port);
            try (Jedis jedis = connect(redis)) {
                assertThat(jedis.get("key")).isEqualTo(expected);
            }
        }

        @Test
        @WithNvmRedis
        void shouldKeepData(EmbeddedRedis redis) {
            restart(redis, "value");
        }

        @Test
        @WithNvmRedis(persistence = "aof", settings = "appendfsync=always")
        void shouldKeepDataWithASetting(EmbeddedRedis redis) {
            try (Jedis jedis = connect(redis)) {
                assertThat(jedis.configGet("appendfsync")).containsEntry("appendfsync", "always");
            }
            restart(redis, "value");
        }

        @Test
        @WithNvmRedis(persistence = "none")
        void shouldKeepNothing(EmbeddedRedis redis) {
            restart(redis, null);
        }
    }

    @Test
    void shouldStartAServerAgainOnItsDataAndPort() {
        runWell(StartedAgain.class, 3);
    }

    @Test
    void shouldEndEveryServerAndDeleteItsDirectory() {
        runWell(StartedAgain.class, 3);
        runWell(AllTestsOne.class, 4);
        assertThat(SEEN).hasSize(8).allSatisfy(server -> {
            Path directory = requireNonNull(server.directory().getParent());
            assertThat(directory).doesNotExist();
            assertThatThrownBy(() -> new Socket(server.host(), server.port()).close())
                    .isInstanceOf(ConnectException.class);
        });
    }

    @WithNvmRedis(dramBudget = "much", settings = "no-such-setting=1")
    static class Misconfigured {
        @Test
        void shouldNotRun() {
            throw new AssertionError("there is no server");
        }
    }

    @WithNvmRedis(settings = "appendfsync always")
    static class Misspelt {
        @Test
        void shouldNotRun() {
            throw new AssertionError("there is no server");
        }
    }

    @WithNvmRedis
    static class TooEarly {
        @BeforeAll
        static void write(EmbeddedRedis redis) {
            SEEN.add(redis.server());
        }

        @Test
        void shouldNotRun() {
            throw new AssertionError("there is no server");
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAnAnnotation() {
        assertFailure(Misconfigured.class, RuntimeException.class, "dram-budget", "no-such-setting");
        assertFailure(Misspelt.class, ExtensionConfigurationException.class, "\"appendfsync always\"");
        assertFailure(TooEarly.class, ParameterResolutionException.class, "lifecycle = PER_CLASS");
        assertThat(SEEN).isEmpty();
    }
}
