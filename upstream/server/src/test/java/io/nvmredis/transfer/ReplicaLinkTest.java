package io.nvmredis.transfer;

import static io.nvmredis.transfer.FakeMaster.resp;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.moilioncircle.redis.replicator.Configuration;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplicaLinkTest {
    private static final String DATA_SET = "0123456789";
    private static final String FULL = "+FULLRESYNC " + "0".repeat(40) + " 100\r\n";

    private final List<String> events = new CopyOnWriteArrayList<>();
    private ReplicaLink link;
    private CompletableFuture<Void> running;

    /** Answers each PSYNC with the next of these texts, as long as there is one. */
    private static final class ScriptedMaster extends FakeMaster {
        private final List<String> answers;
        private volatile OutputStream replica = OutputStream.nullOutputStream();

        ScriptedMaster(String... answers) throws IOException {
            super("", 0, "");
            this.answers = List.of(answers);
        }

        @Override
        boolean sync(OutputStream output) throws IOException {
            int number = syncCount.getAndIncrement();
            if (number == answers.size()) {
                close();
                return false;
            }
            replica = output;
            output.write(answers.get(number).getBytes(ISO_8859_1));
            output.flush();
            return true;
        }

        /** Breaks the link. What the replica has not read by then, it does not read any more. */
        void breakLink() throws IOException {
            replica.close();
        }
    }

    /** Writes down what it is told. */
    private class Recording implements ReplicaLink.Receiver {
        @Override
        public void connecting(int number) {
            events.add("connecting " + number);
        }

        @Override
        public void dataSetComing() {
            events.add("coming");
        }

        @Override
        public void dataSet(BoundedInput file, long length) throws IOException {
            events.add("data set " + new String(file.readAllBytes(), ISO_8859_1) + " of " + length);
        }

        @Override
        public void commandsBegin() {
            events.add("commands");
        }

        @Override
        public void command(List<byte[]> words, long offset) {
            events.add(words.stream().map(word -> new String(word, ISO_8859_1)).collect(Collectors.joining(" ")) + " @"
                    + offset);
        }
    }

    private void follow(FakeMaster master, ReplicaLink.Receiver receiver) {
        Configuration configuration = Configuration.defaultSetting()
                .setUseDefaultExceptionListener(false)
                .setRetries(3)
                .setRetryTimeInterval(1);
        link = new ReplicaLink("127.0.0.1", master.port(), configuration, receiver);
        running = CompletableFuture.runAsync(() -> {
            try {
                link.open();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private AbstractThrowableAssert<?, ?> assertThatEndsWith() {
        await().until(running::isDone);
        return assertThatThrownBy(running::join);
    }

    @AfterEach
    void end() {
        link.end();
    }

    private static String full(String dataSet) {
        return FULL + "$" + dataSet.length() + "\r\n" + dataSet;
    }

    @Test
    void shouldHandOverTheDataSetAndThenEveryCommandAsItWasSent() throws Exception {
        String[] commands = {"set k v", "SELECT 3", "No.Such \u00ff  x", "PING", "any a"};
        StringBuilder stream = new StringBuilder(full(DATA_SET));
        long[] offsets = new long[commands.length];
        long offset = 100;
        for (int i = 0; i < commands.length; i++) {
            stream.append(resp(commands[i]));
            offset += resp(commands[i]).length();
            offsets[i] = offset;
        }
        try (FakeMaster master = new ScriptedMaster(stream.toString())) {
            follow(master, new Recording());
            await().until(() -> events.size() == 4 + commands.length);
            assertThat(events.subList(0, 4))
                    .containsExactly("connecting 0", "coming", "data set " + DATA_SET + " of 10", "commands");
            for (int i = 0; i < commands.length; i++) {
                assertThat(events.get(4 + i)).isEqualTo(commands[i] + " @" + offsets[i]);
            }
            await().until(() -> link.offset() == offsets[commands.length - 1]);
            assertThat(link.receivedBytes()).isGreaterThan(stream.length() - 1L);
        }
    }

    /** Of a stream nobody knows how long it is. */
    @Test
    void shouldAskForAFileOfKnownLength() throws Exception {
        try (FakeMaster master = new ScriptedMaster(full(DATA_SET))) {
            follow(master, new Recording());
            await().until(() -> events.contains("commands"));
            assertThat(master.received).contains("replconf capa psync2").doesNotContain("replconf capa eof");
        }
    }

    @Test
    void shouldFindTheCommandsBehindWhatTheReceiverHasLeft() throws Exception {
        try (FakeMaster master = new ScriptedMaster(full(DATA_SET) + resp("SET k v"))) {
            follow(master, new Recording() {
                @Override
                public void dataSet(BoundedInput file, long length) throws IOException {
                    assertThat(file.read()).isEqualTo('0');
                }
            });
            await().until(() -> events.stream().anyMatch(event -> event.startsWith("SET k v @")));
        }
    }

    @Test
    void shouldGoOnWhereTheLinkBrokeOff() throws Exception {
        String first = resp("SET a 1");
        try (ScriptedMaster master = new ScriptedMaster(full(DATA_SET) + first, "+CONTINUE\r\n" + resp("SET b 1"))) {
            follow(master, new Recording());
            long behind = 100L + first.length();
            await().until(() -> events.contains("SET a 1 @" + behind));
            master.breakLink();
            await().until(() -> events.contains("SET b 1 @" + (behind + first.length())));
            assertThat(master.received).contains("psync " + "0".repeat(40) + " " + (behind + 1));
            assertThat(events)
                    .containsExactly(
                            "connecting 0",
                            "coming",
                            "data set " + DATA_SET + " of 10",
                            "commands",
                            "SET a 1 @" + behind,
                            "connecting 1",
                            "commands",
                            "SET b 1 @" + (behind + first.length()));
        }
    }

    @Test
    void shouldAskAnewForADataSetThatBreaksOff() throws Exception {
        String half = FULL + "$10\r\n01234";
        try (ScriptedMaster master = new ScriptedMaster(half, full(DATA_SET))) {
            follow(master, new Recording() {
                @Override
                public void dataSet(BoundedInput file, long length) throws IOException {
                    try {
                        super.dataSet(file, length);
                    } catch (IOException e) {
                        throw new PersistenceException("the file is damaged", e);
                    }
                }
            });
            await().until(() -> events.contains("coming"));
            master.breakLink();
            await().until(() -> events.contains("commands"));
            assertThat(events)
                    .containsExactly(
                            "connecting 0",
                            "coming",
                            "connecting 1",
                            "coming",
                            "data set " + DATA_SET + " of 10",
                            "commands");
        }
    }

    private static RuntimeException failing(String message, boolean isDamage) {
        return isDamage ? new PersistenceException(message) : new TransferException(message);
    }

    @Test
    void shouldEndWithADataSetThatCannotBeTaken() throws Exception {
        for (boolean isDamage : new boolean[] {false, true}) {
            events.clear();
            try (FakeMaster master = new ScriptedMaster(full(DATA_SET), full(DATA_SET))) {
                follow(master, new Recording() {
                    @Override
                    public void dataSet(BoundedInput file, long length) {
                        throw failing("it cannot be taken", isDamage);
                    }
                });
                assertThatEndsWith().isInstanceOf(CompletionException.class).hasMessageContaining("it cannot be taken");
                assertThat(events).containsExactly("connecting 0", "coming");
            }
        }
    }

    @Test
    void shouldEndWithACommandThatCannotBeRun() throws Exception {
        try (FakeMaster master = new ScriptedMaster(full(DATA_SET) + resp("SET a 1") + resp("SET b 1"), full(""))) {
            follow(master, new Recording() {
                @Override
                public void command(List<byte[]> words, long offset) {
                    super.command(words, offset);
                    throw new TransferException("it cannot be run");
                }
            });
            assertThatEndsWith().isInstanceOf(CompletionException.class).hasMessageContaining("it cannot be run");
            assertThat(events).filteredOn(event -> event.startsWith("SET")).hasSize(1);
            assertThat(master.syncCount).hasValue(1);
        }
    }

    @Test
    void shouldSayWhyTheMasterDoesNotSendItsData() throws Exception {
        try (FakeMaster master = new ScriptedMaster(FULL + "-ERR no room for a file\r\n", full(""))) {
            follow(master, new Recording());
            assertThatEndsWith()
                    .hasRootCauseInstanceOf(TransferException.class)
                    .hasMessageContaining("the master does not send its data")
                    .hasMessageContaining("no room for a file");
        }
    }

    @Test
    void shouldEndThoughTheMasterIsSilent() throws Exception {
        try (FakeMaster master = new ScriptedMaster(full(DATA_SET))) {
            follow(master, new Recording());
            await().until(() -> events.contains("commands"));
            assertThat(running).isNotDone();
            link.end();
            await().until(running::isDone);
            assertThat(running).isCompleted();
            assertThat(master.syncCount).hasValue(1);
        }
    }
}
