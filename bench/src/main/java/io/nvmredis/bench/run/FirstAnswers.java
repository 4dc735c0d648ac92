package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.AdminConnection;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.Workload;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks a server that is starting for keys that it has been filled with, until it answers.
 *
 * <p>A read counts when it has brought the right value, a write when it has been acknowledged.
 */
public final class FirstAnswers {
    private static final long POLL_NANOS = 1_000_000;

    private final SplittableRandom random = new SplittableRandom(1);

    /** Since the start of the server's process. */
    public record Times(double readMillis, double writeMillis) {}

    /** Returns when a server that has been launched has answered a read, and then a write. */
    public Times of(RunningServer server, DataShape keys) throws IOException, UnavailableException {
        try (AdminConnection connection = connect(server)) {
            double read = millisToRead(server, connection, keys);
            return new Times(read, millisToWrite(server, connection, keys));
        }
    }

    private static AdminConnection connect(RunningServer server) throws IOException, UnavailableException {
        while (true) {
            try {
                return new AdminConnection(server.port());
            } catch (IOException e) {
                // Not listening yet, or never: then its process ends.
                server.requireAlive();
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private double millisToRead(RunningServer server, AdminConnection connection, DataShape keys)
            throws IOException, UnavailableException {
        long key = random.nextInt(keys.keyCount());
        String answer = answer(server, connection, "GET", Workload.keyName(key));
        double millis = (System.nanoTime() - server.startNanos()) / 1e6;
        if (!answer.equals(Workload.value(keys, key))) {
            throw new IOException("after a restart " + Workload.keyName(key) + " has not the value that it was given: "
                    + answer.substring(0, Math.min(answer.length(), 80)));
        }
        return millis;
    }

    private double millisToWrite(RunningServer server, AdminConnection connection, DataShape keys)
            throws IOException, UnavailableException {
        long key = random.nextInt(keys.keyCount());
        String answer = answer(server, connection, "SET", Workload.keyName(key), Workload.value(keys, key));
        double millis = (System.nanoTime() - server.startNanos()) / 1e6;
        if (!answer.equals("+OK")) {
            throw new IOException("the first write after a restart was answered: " + answer);
        }
        return millis;
    }

    /** Asks until it has loaded what it loads. */
    private static String answer(RunningServer server, AdminConnection connection, String... command)
            throws IOException, UnavailableException {
        while (true) {
            String answer = connection.ask(command);
            if (!answer.startsWith("-LOADING")) {
                return answer;
            }
            server.requireAlive();
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
