package io.nvmredis.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.nvmredis.engine.keyspace.Contents;
import io.nvmredis.engine.keyspace.SnapshotContents;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.DataSetFollower;
import io.nvmredis.spi.InfoSink;
import io.nvmredis.spi.LoadingListener;
import io.nvmredis.spi.RecoveryReport;
import io.nvmredis.spi.Reloader;
import io.nvmredis.spi.Saver;
import io.nvmredis.spi.ShutdownSave;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SAVE and kin, SHUTDOWN and DEBUG, on a persister that keeps what it saves in memory. */
class SavingCommandsTest {
    private final SavingPersister persister = new SavingPersister();
    private final RecordingContext context = new RecordingContext();
    private final TestClient client = new TestClient(persister, new TestClient.SettableClock(), context);

    private static final class RecordingContext extends TestClient.NoContext {
        private int shutdowns;

        RecordingContext() {
            super(Long.MAX_VALUE / 2);
        }

        @Override
        public void requestShutdown() {
            shutdowns++;
        }
    }

    /** Wants no transactions; saves by reading the whole data set, as it is handed back on reload. */
    private static final class SavingPersister extends RecordingPersister implements Saver, DataSetFollower, Reloader {
        private final List<ShutdownSave> ends = new ArrayList<>();
        private DataSet dataSet;
        private Map<String, Object> saved = Map.of();
        private int changes;
        private int saves;
        private String fault;
        private byte[] kept = new byte[0];

        @Override
        public boolean keepsTransactions() {
            return false;
        }

        @Override
        public RecoveryReport open(TransactionSink sink, CommitListener listener, LoadingListener loading) {
            return RecoveryReport.EMPTY;
        }

        @Override
        public DataSetFollower follower() {
            return this;
        }

        @Override
        public Reloader reloader() {
            return this;
        }

        @Override
        public void attach(DataSet attached) {
            dataSet = attached;
        }

        @Override
        public void changed(int changeCount) {
            changes += changeCount;
        }

        @Override
        public Saver saver() {
            return this;
        }

        @Override
        public void shutDown(ShutdownSave save) {
            if (fault != null) {
                throw new PersistenceException(fault);
            }
            ends.add(save);
        }

        @Override
        public void reload(TransactionSink sink) {
            if (fault != null) {
                throw new PersistenceException(fault);
            }
            sink.apply(1, kept, 0, kept.length);
        }

        @Override
        public void save() {
            if (fault != null) {
                throw new PersistenceException(fault);
            }
            SnapshotContents contents = new SnapshotContents();
            try (Snapshot snapshot = dataSet.cut(lsn -> {})) {
                while (snapshot.advance(contents)) {
                    // A little more.
                }
            }
            saved = contents.shown();
            saves++;
        }

        @Override
        public String saveInBackground(boolean mayBeScheduled) {
            return mayBeScheduled ? "Background saving scheduled" : "Background saving started";
        }

        @Override
        public long lastSaveSeconds() {
            return 1234;
        }

        @Override
        public void info(InfoSink sink) {
            sink.field("rdb_changes_since_last_save", changes);
        }
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void shouldSaveEverythingAcknowledged() {
        client.run("rpush", "l", "a", "b");
        client.run("set", "k", "v");
        assertThat(client.run("save")).isEqualTo("+OK\r\n");
        assertThat(persister.saved).isEqualTo(Contents.of(client.engine.databases()));
        persister.fault = "no space";
        assertThat(client.run("save")).isEqualTo("-ERR no space\r\n");
    }

    /** Whoever is disconnected while it waits for others does nothing more. */
    @ParameterizedTest
    @ValueSource(strings = {"save", "shutdown save", "debug reload"})
    void shouldDoNothingForAClientThatIsGone(String command) throws Exception {
        Session gone = client.openSession();
        FutureTask<String> running = new FutureTask<>(() -> TestClient.run(gone, command.split(" ")));
        EngineGate gate = client.engine.gate();
        gate.scriptArrives();
        gate.alone().lock();
        try {
            Thread waiting = new Thread(running, "gone");
            waiting.start();
            await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
            gone.kill();
        } finally {
            gate.alone().unlock();
            gate.scriptLeaves();
        }
        assertThat(running.get(10, TimeUnit.SECONDS)).isEmpty();
        assertThat(persister.saves).isZero();
        assertThat(persister.ends).isEmpty();
        assertThat(context.shutdowns).isZero();
    }

    @Test
    void shouldTellHowMuchChanges() {
        client.run("set", "k", "v");
        client.run("get", "k");
        assertThat(persister.changes).isEqualTo(1);
        client.run("rpush", "l", "a");
        client.run("rpush", "l", "b", "c");
        assertThat(persister.changes).isEqualTo(4);
        client.run("expire", "l", "10");
        client.run("del", "k", "nothing");
        assertThat(persister.changes).isEqualTo(6);
        client.run("flushall");
        assertThat(persister.changes).isEqualTo(7);
        assertThat(client.run("info", "persistence"))
                .contains("rdb_changes_since_last_save:7", "aof_enabled:0", "aof_last_write_status:ok");
    }

    @Test
    void shouldPassOnWhatIsDoneInTheBackground() {
        assertThat(client.run("bgsave")).isEqualTo("+Background saving started\r\n");
        assertThat(client.run("bgsave", "SCHEDULE")).isEqualTo("+Background saving scheduled\r\n");
        assertThat(client.run("bgsave", "now")).isEqualTo("-ERR syntax error\r\n");
        assertThat(client.run("lastsave")).isEqualTo(":1234\r\n");
        assertThat(client.run("bgrewriteaof")).startsWith("-ERR there is no append-only file");
    }

    @Test
    void shouldNotWaitInATransaction() {
        for (String command : new String[] {"save", "shutdown"}) {
            client.run("multi");
            assertThat(client.run(command)).isEqualTo("-ERR Command not allowed inside a transaction\r\n");
            assertThat(client.run("exec")).startsWith("-EXECABORT");
        }
        client.run("multi");
        assertThat(client.run("bgsave")).isEqualTo("+QUEUED\r\n");
        assertThat(client.run("exec")).isEqualTo("*1\r\n+Background saving started\r\n");
    }

    @Test
    void shouldGoOnIfTheEndCannotBeSaved() {
        persister.fault = "no space";
        assertThat(client.run("shutdown")).isEqualTo("-ERR Errors trying to SHUTDOWN. Check logs.\r\n");
        assertThat(client.run("set", "k", "v")).isEqualTo("+OK\r\n");
        assertThat(context.shutdowns).isZero();
        persister.fault = null;
        assertThat(client.run("shutdown", "save")).isEmpty();
        assertThat(context.shutdowns).isEqualTo(1);
        assertThat(persister.ends).containsExactly(ShutdownSave.SAVE);
        assertThat(client.run("set", "k", "w")).contains("the server is shutting down");
        client.engine.shutDown();
        assertThat(persister.ends).hasSize(1);
    }

    @Test
    void shouldEndAsItIsTold() {
        assertThat(client.run("shutdown", "abort")).isEqualTo("-ERR No shutdown in progress.\r\n");
        assertThat(client.run("shutdown", "save", "nosave")).isEqualTo("-ERR syntax error\r\n");
        assertThat(client.run("shutdown", "later")).isEqualTo("-ERR syntax error\r\n");
        assertThat(context.shutdowns).isZero();
        persister.fault = "no space";
        assertThat(client.run("shutdown", "now", "force")).isEmpty();
        assertThat(client.run("shutdown", "nosave", "now")).isEmpty();
        assertThat(context.shutdowns).isEqualTo(2);
        persister.fault = null;
        client.engine.shutDown();
        assertThat(persister.ends).containsExactly(ShutdownSave.NO_SAVE);
    }

    @Test
    void shouldPutWhatWasSavedInThePlaceOfMemory() {
        client.run("set", "gone", "1");
        client.run("pfadd", "gone-too", "a");
        persister.kept = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n".getBytes(US_ASCII);
        int changes = persister.changes;
        assertThat(client.run("debug", "reload", "nosave")).isEqualTo("+OK\r\n");
        assertThat(persister.saves).isZero();
        assertThat(client.run("keys", "*")).isEqualTo("*1\r\n$1\r\nk\r\n");
        client.run("set", "more", "1");
        assertThat(client.run("debug", "reload", "noflush")).isEqualTo("+OK\r\n");
        assertThat(persister.saves).isEqualTo(1);
        assertThat(client.run("dbsize")).isEqualTo(":2\r\n");
        assertThat(persister.changes).isEqualTo(changes + 1);
    }

    @Test
    void shouldKeepMemoryIfThereIsNothingToPutInItsPlace() {
        client.run("set", "k", "v");
        persister.fault = "ERR the file is gone";
        assertThat(client.run("debug", "reload", "nosave")).isEqualTo("-ERR the file is gone\r\n");
        assertThat(client.run("get", "k")).isEqualTo("$1\r\nv\r\n");
        assertThat(client.run("debug", "reload", "quickly")).startsWith("-ERR DEBUG RELOAD only supports");
        assertThat(client.run("debug", "loadaof")).startsWith("-ERR there is no append-only file");
        assertThat(client.run("debug", "bogus")).contains("Try DEBUG HELP");
        assertThat(client.run("debug", "sleep", "x")).contains("not a valid float");
        assertThat(client.run("debug", "sleep", "0.001")).isEqualTo("+OK\r\n");
    }

    @Test
    void shouldShowNothingOfWhatWasLoadedByHalf() {
        client.run("set", "k", "v");
        persister.kept = "*1\r\n$7\r\nNOTHING\r\n".getBytes(US_ASCII);
        assertThat(client.run("debug", "reload", "nosave")).startsWith("-ERR transaction 1");
        assertThat(client.run("get", "k")).startsWith("-MISCONF");
        assertThatThrownBy(() -> client.engine.cut(lsn -> {})).hasMessageContaining("MISCONF");
    }
}
