package io.nvmredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.operations.CommandFactory;
import com.github.fppt.jedismock.operations.server.MockExecutor;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.server.ServiceOptions;
import com.github.fppt.jedismock.storage.OperationExecutorState;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.keyspace.Contents;
import io.nvmredis.engine.keyspace.Replica;
import io.nvmredis.spi.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong in a command, the log holds what memory does, or memory is not shown any more. */
class FailureTest {
    private static final int STACK_BYTES = 512 << 10;
    private static final int ROUNDS = 150;

    private final TestClient client = new TestClient();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void shouldSurviveAScriptThatUsesUpItsStack() throws InterruptedException {
        String script = "local function f(n) redis.call('rpush','l',n) return 1 + f(n + 1) end return f(1)";
        List<String> replies = new ArrayList<>();
        runOnSmallStack(() -> replies.add(client.run("eval", script, "0")));
        assertThat(replies.get(0)).startsWith("-ERR ");
        assertThat(client.run("llen", "l")).isNotEqualTo(":0\r\n");
        assertThatLogAndMemoryAgree();
    }

    /** As a script that calls itself would, but cheaper, so that the stack ends in each part of a command in turn. */
    @Test
    void shouldNotBreakACommandOfAScriptWhereTheStackEnds() throws InterruptedException {
        intercept("echo", state -> {
            state.scriptingManager().start();
            try {
                writeAndDescend(state, 0);
            } finally {
                state.scriptingManager().stop();
            }
        });
        List<String> replies = new ArrayList<>();
        for (int frames = 0; frames < ROUNDS; frames++) {
            int depth = frames;
            runOnSmallStack(() -> replies.add(fromDeep(depth)));
        }
        assertThat(replies).hasSize(ROUNDS).containsOnly("-ERR stack overflow\r\n");
        assertThatLogAndMemoryAgree();
        assertThat(client.run("set", "a", "1")).isEqualTo("+OK\r\n");
    }

    @SuppressWarnings("InfiniteRecursion")
    private static void writeAndDescend(OperationExecutorState state, int n) {
        String[][] writes = {{"rpush", "l"}, {"hset", "h", "f"}, {"sadd", "s"}, {"set", "k"}, {"zadd", "z", "1"}};
        String[] words = writes[n % writes.length];
        List<Slice> parameters = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            parameters.add(Slice.create(words[i]));
        }
        parameters.add(Slice.create("m" + n));
        CommandFactory.buildOperation(words[0], true, state, parameters).execute();
        writeAndDescend(state, n + 1);
    }

    private String fromDeep(int frames) {
        return frames == 0 ? client.run("echo", "x") : fromDeep(frames - 1);
    }

    private static void runOnSmallStack(Runnable action) throws InterruptedException {
        Thread worker = new Thread(null, action, "worker", STACK_BYTES, false);
        worker.start();
        worker.join();
    }

    @Test
    void shouldShowNoDataThatCouldNotBeAppended() {
        client.run("set", "a", "1");
        client.persister.failsToAppend = true;
        assertThat(client.run("set", "a", "2")).startsWith("-MISCONF no space");
        client.persister.failsToAppend = false;
        Session other = client.openSession();
        assertThat(TestClient.run(other, "get", "a")).startsWith("-MISCONF ").contains("restart");
        assertThat(TestClient.run(other, "set", "a", "3")).startsWith("-MISCONF ");
        TestClient.run(other, "multi");
        assertThat(TestClient.run(other, "get", "a")).startsWith("-MISCONF ");
        assertThat(TestClient.run(other, "exec")).startsWith("-EXECABORT");
        assertThat(TestClient.run(other, "ping")).startsWith("-MISCONF ");
        assertThat(TestClient.run(other, "echo", "x")).contains("x");
        assertThat(client.persister.transactions).hasSize(1);
    }

    /** As in Redis, where who asks whether all is well is told what a write would be told. */
    @Test
    void shouldTellAPingOfErrorsOfTheDiskAlone() {
        client.persister.refusal = new Refusal(Refusal.Kind.FAILED, "nothing can be written");
        assertThat(client.run("ping")).isEqualTo("-MISCONF nothing can be written\r\n");
        assertThat(client.run("eval", "return redis.call('ping')", "0")).isEqualTo("+PONG\r\n");
        client.run("multi");
        assertThat(client.run("ping")).startsWith("-MISCONF ");
        assertThat(client.run("exec")).startsWith("-EXECABORT ");
        client.persister.refusal = new Refusal(Refusal.Kind.OUT_OF_SPACE, "there is no room for more");
        assertThat(client.run("ping")).isEqualTo("+PONG\r\n");
        client.persister.refusal = null;
        assertThat(client.run("ping")).isEqualTo("+PONG\r\n");
    }

    @Test
    void shouldReadOnWhileNothingCanBeAppended() {
        client.run("set", "a", "1", "PX", "5");
        client.run("set", "b", "2");
        client.clock.advance(10);
        client.persister.refusal = new Refusal(Refusal.Kind.FAILED, "full");
        assertThat(client.run("get", "a")).isEqualTo("$-1\r\n");
        assertThat(client.run("keys", "*")).isEqualTo("*1\r\n$1\r\nb\r\n");
        assertThat(client.run("get", "b")).isEqualTo("$1\r\n2\r\n");
        client.persister.refusal = null;
        assertThat(client.effectsOf("get", "a")).containsExactly("DEL a");
    }

    @Test
    void shouldKeepWhatAnInterceptorStores() {
        intercept("echo", state -> {
            RMHash hash = new RMHash(() -> client.clock);
            hash.put(Slice.create("f"), Slice.create("v"));
            state.base().putValue(Slice.create("h"), hash);
            state.base().putValue(Slice.create("s"), RMString.create("1"));
        });
        assertThat(client.run("echo", "x")).isEqualTo("+OK\r\n");
        assertThat(client.run("hget", "h", "f")).isEqualTo("$1\r\nv\r\n");
        assertThat(client.effectsOf("hset", "h", "f", "w")).containsExactly("HSET h f w");
        assertThatLogAndMemoryAgree();
    }

    @Test
    void shouldRefuseAnInterceptorsTypeThatItDoesNotKnow() {
        intercept("echo", state -> state.base().putValue(Slice.create("x"), new UnknownType()));
        assertThat(client.run("echo", "x")).startsWith("-ERR ").contains("UnknownType");
        assertThat(client.run("exists", "x")).isEqualTo(":0\r\n");
        assertThat(client.run("set", "s", "2")).isEqualTo("+OK\r\n");
        assertThatLogAndMemoryAgree();
    }

    @Test
    void shouldKeepWhatWasDoneBeforeAnInterceptorThrew() {
        client.engine.server().setOptions(ServiceOptions.withInterceptor((state, name, parameters) -> {
            MockExecutor.proceed(state, name, parameters);
            throw new IllegalStateException("thrown");
        }));
        assertThat(client.run("sadd", "s", "2")).isEqualTo("-" + ErrorReplies.INTERNAL + "\r\n");
        assertThat(client.session.observedLsn()).isEqualTo(1);
        assertThatLogAndMemoryAgree();
    }

    @Test
    void shouldServeNothingThatAnErrorKeptOutOfTheLog() {
        client.persister.appendError = new OutOfMemoryError("on purpose");
        assertThat(client.run("set", "s", "2")).startsWith("-MISCONF ");
        client.persister.appendError = null;
        assertThat(client.run("get", "s")).startsWith("-MISCONF ");
        assertThat(client.run("set", "t", "1")).startsWith("-MISCONF ");
        assertThat(client.persister.transactions).isEmpty();
    }

    @Test
    void shouldAppendNothingOfATransactionThatAnErrorEnds() {
        intercept("echo", state -> {
            throw new OutOfMemoryError("on purpose");
        });
        client.run("multi");
        client.run("set", "s", "2");
        client.run("echo", "x");
        client.run("set", "t", "2");
        assertThat(client.run("exec")).startsWith("-MISCONF ");
        assertThat(client.persister.transactions).isEmpty();
        assertThat(client.run("get", "s")).startsWith("-MISCONF ");
    }

    @Test
    void shouldNotRunATransactionTwice() {
        client.run("set", "s", "x");
        client.run("multi");
        client.run("incr", "n");
        client.run("lpush", "s", "y");
        assertThat(client.run("exec")).isEqualTo("*2\r\n:1\r\n-" + ErrorReplies.WRONG_TYPE + "\r\n");
        client.run("multi");
        client.run("ping");
        client.run("exec");
        assertThat(client.run("get", "n")).isEqualTo("$1\r\n1\r\n");
    }

    @Test
    void shouldLeaveNothingBehindThatACommandDidAfterItsClientHadGone() {
        Session gone = client.openSession();
        gone.close();
        TestClient.run(gone, "subscribe", "news");
        TestClient.run(gone, "watch", "a");
        assertThat(client.run("publish", "news", "x")).isEqualTo(":0\r\n");
    }

    @Test
    void shouldLetAScriptInAmongCommandsThatWait() throws InterruptedException {
        for (int i = 0; i < 3_000; i++) {
            client.run("rpush", "big", "element" + i);
        }
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch underLoad = new CountDownLatch(40);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Session session = client.openSession();
            Thread thread = new Thread(() -> {
                while (!over.get()) {
                    TestClient.run(session, "sort", "big", "ALPHA");
                    underLoad.countDown();
                }
            });
            thread.start();
            threads.add(thread);
        }
        underLoad.await();
        Thread script = new Thread(() -> client.run("eval", "return 1", "0"));
        script.start();
        script.join(TimeUnit.SECONDS.toMillis(15));
        boolean wasServed = !script.isAlive();
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        script.join();
        assertThat(wasServed).as("the script ran while the load went on").isTrue();
    }

    private void intercept(String command, Consumer<OperationExecutorState> action) {
        client.engine.server().setOptions(ServiceOptions.withInterceptor((state, name, parameters) -> {
            if (name.equals(command)) {
                action.accept(state);
                return Response.OK;
            }
            return MockExecutor.proceed(state, name, parameters);
        }));
    }

    private void assertThatLogAndMemoryAgree() {
        Replica replica = new Replica(client).applyNew(client.persister.transactions);
        assertThat(Contents.of(replica.databases())).isEqualTo(Contents.of(client.engine.databases()));
    }

    private static final class UnknownType implements RMDataStructure {
        @Override
        public void raiseTypeCastException() {
            throw new IllegalStateException();
        }

        @Override
        public String getTypeName() {
            return "unknown";
        }
    }
}
