package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.spi.DurabilityStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The text of INFO, in Redis's sections and with Redis's names. Holds the engine's lock. */
final class InfoReport {
    private static final List<String> SECTIONS =
            List.of("server", "clients", "memory", "persistence", "replication", "keyspace");

    private final Engine engine;
    private final StringBuilder text = new StringBuilder();

    InfoReport(Engine engine) {
        this.engine = engine;
    }

    String of(List<Slice> parameters) {
        List<String> wanted = new ArrayList<>();
        for (Slice parameter : parameters) {
            wanted.add(parameter.toString().toLowerCase(Locale.ROOT));
        }
        boolean isEverything = wanted.isEmpty()
                || wanted.contains("default")
                || wanted.contains("all")
                || wanted.contains("everything");
        for (String section : SECTIONS) {
            if (isEverything || wanted.contains(section)) {
                write(section);
            }
        }
        return text.toString();
    }

    private void write(String section) {
        if (!text.isEmpty()) {
            text.append("\r\n");
        }
        text.append("# ").append(Character.toUpperCase(section.charAt(0))).append(section, 1, section.length());
        text.append("\r\n");
        switch (section) {
            case "server" -> server();
            case "clients" -> clients();
            case "memory" -> memory();
            case "persistence" -> persistence();
            case "replication" -> field("role", "master");
            default -> keyspace();
        }
    }

    private void server() {
        field("redis_version", OwnCommands.REDIS_VERSION);
        field("redis_mode", "standalone");
        field("server_name", "nvm-redis");
        field("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        field("java_version", System.getProperty("java.version"));
        field("process_id", ProcessHandle.current().pid());
        field("tcp_port", engine.context().port());
        field(
                "uptime_in_seconds",
                TimeUnit.NANOSECONDS.toSeconds(
                        System.nanoTime() - engine.context().startNanos()));
    }

    private void clients() {
        field("connected_clients", engine.context().connectedClients());
        field("blocked_clients", engine.server().blockingManager().blockedClients());
    }

    private void memory() {
        Runtime runtime = Runtime.getRuntime();
        field("used_memory", runtime.totalMemory() - runtime.freeMemory());
        field("maxmemory", runtime.maxMemory());
    }

    private void persistence() {
        field("loading", 0);
        DurabilityStatement durability = engine.persister().durability();
        field("persistence_mechanism", durability.mechanism());
        field("persistence_survives_process_crash", durability.survivesProcessCrash() ? 1 : 0);
        field("persistence_survives_power_loss", durability.survivesPowerLoss() ? 1 : 0);
        engine.persister().info(this::field);
    }

    private void keyspace() {
        Map<Integer, Database> databases = new TreeMap<>();
        engine.databases().forEach((index, database) -> databases.put(index, (Database) database));
        databases.forEach((index, database) -> {
            if (database.size() > 0) {
                field("db" + index, "keys=" + database.size() + ",expires=" + database.deadlineCount() + ",avg_ttl=0");
            }
        });
    }

    private void field(String name, long value) {
        field(name, Long.toString(value));
    }

    private void field(String name, String value) {
        text.append(name).append(':').append(value).append("\r\n");
    }
}
