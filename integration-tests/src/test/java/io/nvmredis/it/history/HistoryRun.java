package io.nvmredis.it.history;

import io.nvmredis.it.kit.ClientThreads;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/** Clients of one server after the other, each of which is killed under them, and the histories that they record. */
final class HistoryRun implements AutoCloseable {
    private static final int CLIENTS = 6;
    private static final int LONGEST_MILLIS = 1_500;

    private final Random random;
    private final List<RecordingClient> clients = new ArrayList<>();
    private final ClientThreads threads = new ClientThreads(Duration.ofSeconds(60));
    private int kills;
    private long operationCount;

    HistoryRun(long seed) {
        random = new Random(seed);
        for (int number = 0; number < CLIENTS; number++) {
            clients.add(new RecordingClient(number, new Random(seed + 1 + number)));
        }
    }

    /** Begins new histories, of objects that nobody has used. */
    void begin(int number) {
        clients.forEach(client -> client.begin(number + ":"));
    }

    /** Starts a server, has all clients work, and kills it. */
    void runAndKill(ServerProcess.Builder builder) throws Exception {
        try (ServerProcess server = builder.start()) {
            readAll(server);
            int port = server.port();
            AtomicBoolean isKilled = new AtomicBoolean();
            List<Future<Void>> running = new ArrayList<>();
            for (RecordingClient client : clients) {
                running.add(threads.start(() -> client.runUntilKilled(port, isKilled)));
            }
            try {
                server.runFor(Duration.ofMillis(100 + random.nextInt(LONGEST_MILLIS)));
            } finally {
                isKilled.set(true);
                server.kill();
                kills++;
            }
            for (Future<Void> client : running) {
                threads.join(client);
            }
        }
    }

    /** Starts a server that shows what the last kill has left. */
    void readAfterwards(ServerProcess.Builder builder) throws Exception {
        try (ServerProcess server = builder.start()) {
            readAll(server);
            server.kill();
        }
    }

    private void readAll(ServerProcess server) throws Exception {
        try (RespClient connection = server.connect()) {
            clients.get(0).readAll(connection);
        }
    }

    /** What is wrong with the histories, each of whose operations is taken as this makes it. */
    Optional<String> findFault(UnaryOperator<Operation> view) {
        for (SharedObject object : SharedObject.values()) {
            List<Operation> history = RecordingClient.histories(clients, object).stream()
                    .map(view)
                    .toList();
            operationCount += history.size();
            Optional<String> fault = LinearizabilityChecker.findFault(object, history);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return kills + " kills, " + operationCount + " operations checked";
    }

    @Override
    public void close() {
        threads.close();
    }
}
