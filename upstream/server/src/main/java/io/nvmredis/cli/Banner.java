package io.nvmredis.cli;

import io.nvmredis.server.NvmRedisServer;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.RecoveryReport;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Text that a server prints on standard output once it is ready. */
final class Banner {
    /** Property in which the launcher tells how many kilobytes of memory the process may use. */
    private static final String MEMORY_LIMIT = "nvmredis.memory-limit-kb";

    private static final long COUNT_POLL_NANOS = 2_000_000;

    private Banner() {}

    static String of(NvmRedisServer server) {
        RecoveryReport recovery = server.recovery();
        String readiness = readiness(server);
        StringBuilder banner = new StringBuilder();
        banner.append("nvm-redis ")
                .append(Version.CURRENT)
                .append(" on ")
                .append(address(server.host(), server.port()))
                .append('\n');
        if (server.tlsPort() > 0) {
            line(banner, "TLS", "port " + server.tlsPort());
        }
        line(banner, "directory", server.directory().toString());
        line(banner, "persistence", server.persistence());
        line(banner, "durability", durability(server.durability()));
        line(banner, "memory", memory(server, Runtime.getRuntime().maxMemory(), Long.getLong(MEMORY_LIMIT, 0)));
        line(banner, "keys", keys(server) + " " + replayed(recovery));
        if (server.metricsPort() >= 0) {
            line(banner, "metrics", "http://" + address(server.host(), server.metricsPort()) + "/metrics");
        }
        String note = recovery.note();
        if (note != null) {
            line(banner, "note", note);
        }
        line(banner, "ready in", readiness);
        return banner.toString();
    }

    private static void line(StringBuilder banner, String label, String text) {
        banner.append(String.format(Locale.ROOT, "  %-14s%s%n", label, text));
    }

    private static String address(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    static String durability(DurabilityStatement statement) {
        return statement.mechanism() + ": " + survival(statement) + " (" + statement.detail() + ")";
    }

    private static String survival(DurabilityStatement statement) {
        if (statement.survivesPowerLoss()) {
            return "survives a process crash and power loss";
        }
        return statement.survivesProcessCrash()
                ? "survives a process crash, not power loss"
                : "survives neither a process crash nor power loss";
    }

    private static String memory(NvmRedisServer server, long heapBytes, long limitKilobytes) {
        String limit = limitKilobytes == 0
                ? ""
                : " of the " + Sizes.readable(limitKilobytes << 10) + " that this process may use";
        return "heap " + Sizes.readable(heapBytes) + limit + ", " + Sizes.readable(server.dataMemoryBytes())
                + " of it for data";
    }

    private static String replayed(RecoveryReport recovery) {
        return "(replayed " + recovery.transactionCount() + " transactions, " + Sizes.readable(recovery.payloadBytes())
                + ")";
    }

    /**
     * Returns the number of keys once they are counted. Clients are served meanwhile; a closing server is not waited
     * for.
     */
    private static String keys(NvmRedisServer server) {
        while (server.isCounting()) {
            if (server.isClosing()) {
                return "not counted";
            }
            LockSupport.parkNanos(COUNT_POLL_NANOS);
        }
        try {
            return Long.toString(server.keyCount());
        } catch (RuntimeException e) {
            return "not counted: " + e.getMessage();
        }
    }

    private static String readiness(NvmRedisServer server) {
        return String.format(
                Locale.ROOT,
                "%.2f s, pid %d",
                server.uptimeNanos() / 1e9,
                ProcessHandle.current().pid());
    }
}
