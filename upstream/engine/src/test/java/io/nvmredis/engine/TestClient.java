package io.nvmredis.engine;

import io.nvmredis.engine.catalog.Command;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.engine.context.SessionOutput;
import io.nvmredis.rdb.RdbValueCodec;
import io.nvmredis.spi.CommitListener;
import io.nvmredis.spi.ValueCodec;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An engine on a {@link RecordingPersister} and a clock of its own, with one session and what was pushed to it. */
public final class TestClient implements AutoCloseable {
    public final RecordingPersister persister;
    public final SettableClock clock;
    public final Engine engine;
    public final List<String> pushed = new ArrayList<>();
    public Session session;

    public TestClient() {
        this(new RecordingPersister(), new SettableClock(), Long.MAX_VALUE / 2);
    }

    public TestClient(RecordingPersister persister, SettableClock clock, long dramBudgetBytes) {
        this(persister, clock, context(dramBudgetBytes));
    }

    public TestClient(ServerContext context) {
        this(new RecordingPersister(), new SettableClock(), context);
    }

    public TestClient(RecordingPersister persister, SettableClock clock, ServerContext context) {
        this.persister = persister;
        this.clock = clock;
        engine = Engine.open(persister, clock, new NoListener(), context);
        session = openSession(pushed);
    }

    public static ServerContext context(long dramBudgetBytes) {
        return new NoContext(dramBudgetBytes);
    }

    /** Goes on with a new connection, in the same database. */
    public void reconnect() {
        int selected = session.state().getSelected();
        session.close();
        session = openSession(pushed);
        run("select", Integer.toString(selected));
    }

    public Session openSession(List<String> pushes) {
        Session opened = engine.newSession(new SessionOutput() {
            @Override
            public void push(byte[] message) {
                pushes.add(text(message));
            }

            @Override
            public void resume(byte @Nullable [] reply) {
                pushes.add("<resumed>" + (reply == null ? "" : text(reply)));
            }

            @Override
            public void awaitRoom() {
                pushes.add("<awaits room>");
            }

            @Override
            public void close() {
                pushes.add("<closed>");
            }

            @Override
            public boolean isOpen() {
                return true;
            }

            @Override
            public int localPort() {
                return 0;
            }
        });
        opened.open();
        return opened;
    }

    /** Runs a command given as words, and returns the reply as it is sent. */
    public String run(String... words) {
        return run(session, words);
    }

    /** The time that a command may wait is up at once. */
    public static String run(Session session, String... words) {
        byte[] reply = execute(session, words);
        if (reply == Session.WAITING) {
            reply = session.timeOut();
        }
        return reply == null ? "" : text(reply);
    }

    /** Runs a command that is expected to wait. */
    public static void await(Session session, String... words) {
        byte[] reply = execute(session, words);
        if (reply != Session.WAITING) {
            throw new AssertionError(
                    String.join(" ", words) + " was answered " + (reply == null ? "nothing" : text(reply)));
        }
    }

    private static byte @Nullable [] execute(Session session, String... words) {
        return session.executeOnWorker(command(words));
    }

    /** Makes a command of these words, as a connection does. */
    public static Command command(String... words) {
        return Command.of(Arrays.stream(words).map(TestClient::bytes).toList());
    }

    public Session openSession() {
        return openSession(new ArrayList<>());
    }

    /** The effects recorded since the given transaction, a line each. */
    public List<String> effectsSince(int transaction) {
        List<String> effects = new ArrayList<>();
        EffectReader reader = new EffectReader();
        for (byte[] bytes : persister.transactions.subList(transaction, persister.transactions.size())) {
            reader.reset(bytes, 0, bytes.length);
            while (reader.next()) {
                StringBuilder line = new StringBuilder(reader.effect().name());
                for (int i = 0; i < reader.argumentCount(); i++) {
                    line.append(' ').append(reader.text(i));
                }
                effects.add(line.toString());
            }
        }
        return effects;
    }

    /** Runs a command and returns the effects it had. */
    public List<String> effectsOf(String... words) {
        int before = persister.transactions.size();
        run(words);
        return effectsSince(before);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        engine.close();
    }

    /** Stands still until it is told to go on. */
    public static final class SettableClock extends Clock {
        private long millis = 1_700_000_000_000L;

        public void advance(long byMillis) {
            millis += byMillis;
        }

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static final class NoListener implements CommitListener {
        @Override
        public void onDurable(long durableLsn) {}

        @Override
        public void onCommitFailed(PersistenceException failure) {}
    }

    public static class NoContext implements ServerContext {
        private final ValueCodec codec = new RdbValueCodec();
        private final long dramBudgetBytes;

        public NoContext(long dramBudgetBytes) {
            this.dramBudgetBytes = dramBudgetBytes;
        }

        @Override
        public long dramBudgetBytes() {
            return dramBudgetBytes;
        }

        @Override
        public int port() {
            return 0;
        }

        @Override
        public int connectedClients() {
            return 1;
        }

        @Override
        public Path directory() {
            return Path.of("");
        }

        @Override
        public ValueCodec valueCodec() {
            return codec;
        }

        @Override
        public long startNanos() {
            return 0;
        }

        @Override
        public void requestShutdown() {}

        @Override
        public Map<String, String> settings() {
            return Map.of();
        }
    }
}
