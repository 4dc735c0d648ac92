package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.AdminConnection;
import io.nvmredis.bench.arm.RunningServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Tells a server under load to write its data set anew, and watches what it does, from a thread of its own. */
final class Activity implements AutoCloseable {
    private static final long POLL_NANOS = 50_000_000;
    private static final String REPLAY = "replay";

    private final String name;
    private final @Nullable String command;
    private final AdminConnection connection;
    private final long startNanos = System.nanoTime();
    private final long delayNanos;
    private final List<double[]> backlogBytes = new ArrayList<>();
    private final CompletableFuture<Void> watching;
    private volatile boolean stopped;
    private double beganMillis = -1;
    private double endedMillis = -1;

    private Activity(String name, @Nullable String command, AdminConnection connection, long delayNanos) {
        this.name = name;
        this.command = command;
        this.connection = connection;
        this.delayNanos = delayNanos;
        this.watching = CompletableFuture.runAsync(this::watch);
    }

    /** Begins to watch; the command is sent after a delay. */
    static Activity start(RunningServer server, long delayNanos) throws IOException {
        String arm = server.arm().name();
        AdminConnection connection = new AdminConnection(server.port());
        if (arm.startsWith("nvm-aof")) {
            return new Activity(REPLAY, null, connection, delayNanos);
        }
        if (arm.startsWith("aof") || arm.equals("redis-everysec")) {
            return new Activity("BGREWRITEAOF", "BGREWRITEAOF", connection, delayNanos);
        }
        boolean saves = arm.equals("rdb") || arm.startsWith("redis");
        return saves
                ? new Activity("BGSAVE", "BGSAVE", connection, delayNanos)
                : new Activity("nothing beside", null, connection, delayNanos);
    }

    private void watch() {
        try {
            while (!stopped) {
                Map<String, String> info = connection.info();
                double millis = millis();
                String backlog = info.get("nvm_backlog_bytes");
                if (backlog != null) {
                    backlogBytes.add(new double[] {millis, Double.parseDouble(backlog)});
                }
                if (beganMillis >= 0 && endedMillis < 0 && isOver(info)) {
                    endedMillis = millis;
                }
                begin();
                LockSupport.parkNanos(POLL_NANOS);
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private void begin() throws IOException {
        if (command == null || beganMillis >= 0 || System.nanoTime() - startNanos < delayNanos) {
            return;
        }
        beganMillis = millis();
        String answer = connection.ask(command);
        // Where it had begun by itself this is what we wanted.
        if (answer.startsWith("-") && !answer.contains("already in progress")) {
            throw new IOException(command + " was answered: " + answer);
        }
    }

    private static boolean isOver(Map<String, String> info) {
        return "0".equals(info.getOrDefault("rdb_bgsave_in_progress", "0"))
                && "0".equals(info.getOrDefault("aof_rewrite_in_progress", "0"))
                && "0".equals(info.getOrDefault("aof_rewrite_scheduled", "0"));
    }

    private double millis() {
        return (System.nanoTime() - startNanos) / 1e6;
    }

    /** Ends the watching. */
    void stop() throws IOException {
        stopped = true;
        try {
            watching.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        }
    }

    String name() {
        return name;
    }

    /** When the command was sent; negative if none was. */
    double beganMillis() {
        return beganMillis;
    }

    /** When the server was through with it; negative if it was not. */
    double endedMillis() {
        return endedMillis;
    }

    List<double[]> backlogBytes() {
        return backlogBytes;
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        connection.close();
    }
}
