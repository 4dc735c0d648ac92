package io.nvmredis.server;

import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.RecoveryReport;
import java.util.Locale;

/** What a server says of itself on standard output once it is ready. */
final class Banner {
    private Banner() {}

    static String of(NvmRedisServer server) {
        RecoveryReport recovery = server.recovery();
        StringBuilder banner = new StringBuilder();
        banner.append("nvm-redis ")
                .append(Version.CURRENT)
                .append(" on ")
                .append(address(server))
                .append('\n');
        line(banner, "directory", server.directory().toString());
        line(banner, "persistence", server.persistence());
        line(banner, "durability", durability(server.durability()));
        line(banner, "keys", server.isCounting() ? replaying(recovery) : server.keyCount() + " " + replayed(recovery));
        String note = recovery.note();
        if (note != null) {
            line(banner, "note", note);
        }
        line(banner, "ready in", readiness(server));
        return banner.toString();
    }

    private static void line(StringBuilder banner, String label, String text) {
        banner.append(String.format(Locale.ROOT, "  %-14s%s%n", label, text));
    }

    private static String address(NvmRedisServer server) {
        String host = server.host();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + server.port();
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

    private static String replayed(RecoveryReport recovery) {
        return "(replayed " + recovery.transactionCount() + " transactions, " + Sizes.readable(recovery.payloadBytes())
                + ")";
    }

    private static String replaying(RecoveryReport recovery) {
        return "not counted yet (replaying " + recovery.transactionCount() + " transactions, "
                + Sizes.readable(recovery.payloadBytes()) + ", while clients are served)";
    }

    private static String readiness(NvmRedisServer server) {
        return String.format(
                Locale.ROOT,
                "%.2f s, pid %d",
                server.uptimeNanos() / 1e9,
                ProcessHandle.current().pid());
    }
}
