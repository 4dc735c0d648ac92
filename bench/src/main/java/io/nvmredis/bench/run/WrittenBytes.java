package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.AdminConnection;
import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.RunningServer;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** How much a server has written to its medium so far. */
final class WrittenBytes {
    private static final long PATIENCE_NANOS = 2_000_000_000;
    private static final long POLL_NANOS = 5_000_000;

    private WrittenBytes() {}

    /** Bytes, or NaN where nobody counts them. */
    static double of(RunningServer server) throws IOException {
        if (server.arm().medium() == Arm.Medium.DISK) {
            return server.meter().writtenBytes();
        }
        try (AdminConnection connection = new AdminConnection(server.port())) {
            return number(connection.info(), "nvm_flushed_bytes");
        }
    }

    /**
     * Waits until what earlier loads left to be written has been, for a while: a log is applied to its table some time
     * later.
     */
    static void awaitReplay(RunningServer server) throws IOException {
        if (server.arm().medium() == Arm.Medium.DISK) {
            return;
        }
        try (AdminConnection connection = new AdminConnection(server.port())) {
            long deadline = System.nanoTime() + PATIENCE_NANOS;
            while (number(connection.info(), "nvm_backlog_bytes") > 0 && System.nanoTime() < deadline) {
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private static double number(Map<String, String> info, String field) {
        String value = info.get(field);
        return value == null ? Double.NaN : Double.parseDouble(value);
    }

    /** For the report. */
    static String countedBy(Arm arm) {
        return arm.medium() == Arm.Medium.DISK
                ? "write_bytes of /proc/pid/io"
                : "nvm_flushed_bytes of INFO: cache lines of the log and of the table";
    }
}
