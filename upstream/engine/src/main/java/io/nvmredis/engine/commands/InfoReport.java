package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.storage.RedisBase;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.Loading;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Keys;
import io.nvmredis.engine.keyspace.Residency;
import io.nvmredis.engine.keyspace.Statistics;
import io.nvmredis.engine.replication.ReplicaState;
import io.nvmredis.engine.replication.Replication;
import io.nvmredis.spi.DurabilityStatement;
import io.nvmredis.spi.Saver;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** Text of INFO, in Redis's sections and with Redis's names. Holds the engine's lock. */
public final class InfoReport {
    /** All sections in their order, with whether they are shown to a client that asks for none. */
    private static final Map<String, Boolean> SECTIONS = new LinkedHashMap<>();

    static {
        for (String section :
                List.of("server", "clients", "memory", "persistence", "stats", "replication", "cpu", "modules")) {
            SECTIONS.put(section, true);
        }
        SECTIONS.put("commandstats", false);
        SECTIONS.put("errorstats", true);
        SECTIONS.put("latencystats", false);
        SECTIONS.put("cluster", true);
        SECTIONS.put("keyspace", true);
    }

    private final CommandEngine engine;
    private final StringBuilder text = new StringBuilder();

    public InfoReport(CommandEngine engine) {
        this.engine = engine;
    }

    /** Returns the sections of these names, which stand for several sections as in Redis; the usual ones if none is given. */
    public String of(List<String> sections) {
        List<String> wanted = new ArrayList<>();
        for (String section : sections) {
            wanted.add(section.toLowerCase(Locale.ROOT));
        }
        boolean isUsual = wanted.isEmpty() || wanted.contains("default");
        boolean isEverything = wanted.contains("all") || wanted.contains("everything");
        SECTIONS.forEach((section, isOfUsual) -> {
            if (isEverything || (isUsual && isOfUsual) || wanted.contains(section)) {
                write(section);
            }
        });
        return text.toString();
    }

    private void write(String section) {
        if (!text.isEmpty()) {
            text.append("\r\n");
        }
        text.append("# ").append(title(section)).append("\r\n");
        CommandsReport commands = new CommandsReport(engine.commandMeter(), this::field);
        switch (section) {
            case "server" -> server();
            case "clients" -> clients();
            case "memory" -> memory();
            case "persistence" -> persistence();
            case "stats" -> stats();
            case "replication" -> replication();
            case "cpu" -> ProcessorTime.of().forEach(this::field);
            case "modules" -> {
                // None can be loaded.
            }
            case "commandstats" -> commands.commands();
            case "errorstats" -> commands.errors();
            case "latencystats" -> commands.latencies();
            case "cluster" -> field("cluster_enabled", 0);
            default -> keyspace();
        }
    }

    private static String title(String section) {
        return section.equals("cpu") ? "CPU" : Character.toUpperCase(section.charAt(0)) + section.substring(1);
    }

    private void server() {
        field("redis_version", OwnCommands.REDIS_VERSION);
        field("redis_mode", "standalone");
        field("server_name", "nvm-redis");
        field("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        field("arch_bits", System.getProperty("sun.arch.data.model", "64"));
        field("java_version", System.getProperty("java.version"));
        field("process_id", ProcessHandle.current().pid());
        // As in Redis, it is another one after each start.
        field("run_id", engine.replication().name());
        field("tcp_port", engine.context().port());
        long micros = ChronoUnit.MICROS.between(
                Instant.EPOCH, engine.server().getClock().instant());
        field("server_time_usec", micros);
        long uptimeNanos = System.nanoTime() - engine.context().startNanos();
        field("uptime_in_seconds", TimeUnit.NANOSECONDS.toSeconds(uptimeNanos));
        field("uptime_in_days", TimeUnit.NANOSECONDS.toDays(uptimeNanos));
        field("lru_clock", TimeUnit.MICROSECONDS.toSeconds(micros) & DebugCommand.CLOCK_BITS);
        Path configFile = engine.context().configFile();
        field("config_file", configFile == null ? "" : configFile.toString());
    }

    private void clients() {
        field("connected_clients", engine.context().connectedClients());
        clientFigure("maxclients");
        clientFigure("client_recent_max_input_buffer");
        clientFigure("client_recent_max_output_buffer");
        // As in Redis, a client whose command is held back by CLIENT PAUSE counts as well.
        field("blocked_clients", engine.blockedClientCount() + engine.pause().waitingCount());
        field("clients_in_timeout_table", engine.timedClientCount());
        field("tracking_clients", engine.invalidations().clientCount());
    }

    private void clientFigure(String name) {
        Long figure = engine.context().clientFigures().get(name);
        if (figure != null) {
            field(name, figure);
        }
    }

    /**
     * Writes the section on memory. It tells how many keys there are, as {@link #keyspace} does; no other section shows
     * data, nor waits for a full disk.
     */
    private void memory() {
        engine.observeEverything();
        Residency residency = engine.residency();
        long dataBytes = residency == null ? engine.meteredBytes() : residency.usedBytes();
        MemoryFigures.of(dataBytes).forEach(this::field);
        field("maxmemory_policy", "noeviction");
        if (residency == null) {
            field("maxmemory_dataset", engine.context().maxMemoryBytes());
        } else {
            field("dram_budget_bytes", residency.budgetBytes());
            field("dram_used_bytes", residency.usedBytes());
        }
        long scriptBytes = engine.scripts().cache().memoryBytes();
        field("used_memory_lua", scriptBytes);
        field("used_memory_scripts_eval", scriptBytes);
        field("number_of_cached_scripts", engine.scripts().cache().count());
        field("used_memory_scripts", scriptBytes + engine.functions().memoryBytes());
        field("used_memory_functions", engine.functions().memoryBytes());
        field("number_of_functions", engine.functions().functionCount());
        field("number_of_libraries", engine.functions().libraryCount());
        clientFigure("mem_clients_normal");
        field("mem_clients_slaves", engine.replication().unsentBytes());
        field("mem_replication_backlog", backlogLength());
        field("dram_resident_keys", sum(keys -> keys.resident().size()));
    }

    private long sum(ToLongFunction<Keys> count) {
        long sum = 0;
        for (RedisBase database : engine.databases().values()) {
            sum += count.applyAsLong(((Database) database).content());
        }
        return sum;
    }

    private void stats() {
        Statistics statistics = engine.statistics();
        Replication replication = engine.replication();
        field("sync_full", replication.copies());
        field("sync_partial_ok", replication.continuations());
        field("sync_partial_err", replication.refusedContinuations());
        field("total_commands_processed", engine.commandMeter().calls());
        engine.commandMeter().rates().forEach(this::field);
        engine.context().networkFigures().forEach(this::field);
        SubscriptionRegistry subscriptions = engine.server().subscriptionRegistry();
        field("pubsub_channels", subscriptions.getChannels().size());
        field("pubsub_patterns", subscriptions.getNumpat());
        field("pubsubshard_channels", engine.shardChannels().all().size());
        field("expired_keys", statistics.expiredKeys);
        field("expired_time_cap_reached_count", statistics.expiryStops());
        // Redis counts the keys here that maxmemory removes; this server never removes one.
        field("evicted_keys", 0);
        clientFigure("evicted_clients");
        field("keyspace_hits", statistics.keyspaceHits);
        field("keyspace_misses", statistics.keyspaceMisses);
        field("tracking_total_keys", engine.invalidations().keyCount());
        field("tracking_total_items", engine.invalidations().itemCount());
        field("tracking_total_prefixes", engine.invalidations().prefixCount());
        field("hydrations", statistics.hydrations);
        field("cold_field_reads", statistics.coldFieldReads);
        field("evictions", statistics.evictions);
        field("total_error_replies", engine.commandMeter().errors().all());
        field("dram_hit_ratio", String.format(Locale.ROOT, "%.4f", statistics.hitRatio()));
    }

    private void replication() {
        Replication replication = engine.replication();
        List<ReplicaState> states = replication.states();
        field("role", "master");
        field("connected_slaves", states.size());
        for (int i = 0; i < states.size(); i++) {
            ReplicaState state = states.get(i);
            field(
                    "slave" + i,
                    "ip=" + state.address().host() + ",port=" + state.address().port() + ",state="
                            + state.phase().shown() + ",offset=" + state.position() + ",lag="
                            + state.silentSeconds());
        }
        field("master_failover_state", "no-failover");
        field("master_replid", replication.name());
        field("master_replid2", "0".repeat(replication.name().length()));
        field("master_repl_offset", replication.position());
        field("second_repl_offset", -1);
        long first = replication.backlogPosition();
        boolean isActive = first >= 0;
        field("repl_backlog_active", isActive ? 1 : 0);
        field("repl_backlog_size", replication.backlogSize());
        field("repl_backlog_first_byte_offset", isActive ? first + 1 : 0);
        field("repl_backlog_histlen", backlogLength());
    }

    private long backlogLength() {
        long first = engine.replication().backlogPosition();
        return first < 0 ? 0 : engine.replication().position() - first;
    }

    /** Writes the section on persistence. It asks only a persister that is open. */
    private void persistence() {
        Loading loading = engine.loading();
        field("loading", loading.isOver() ? 0 : 1);
        field("async_loading", 0);
        if (!loading.isOver()) {
            field("loading_start_time", loading.startSeconds());
            field("loading_total_bytes", loading.totalBytes());
            field("loading_loaded_bytes", loading.loadedBytes());
            field("loading_loaded_perc", String.format(Locale.ROOT, "%.2f", loading.loadedPercent()));
            field("loading_eta_seconds", loading.etaSeconds());
            return;
        }
        DurabilityStatement durability = engine.persister().durability();
        field("persistence_mechanism", durability.mechanism());
        field("persistence_survives_process_crash", durability.survivesProcessCrash() ? 1 : 0);
        field("persistence_survives_power_loss", durability.survivesPowerLoss() ? 1 : 0);
        Map<String, String> fields = new LinkedHashMap<>();
        Saver saver = engine.saver();
        if (saver != null) {
            saver.info(fields::put);
        }
        appendOnly(fields);
        engine.persister().info(fields::put);
        fields.forEach(this::field);
    }

    /** Adds Redis's fields on the log with default values; a persister that knows more replaces them. */
    private void appendOnly(Map<String, String> fields) {
        fields.put("aof_enabled", engine.persister().keepsTransactions() ? "1" : "0");
        fields.put("aof_rewrite_in_progress", "0");
        fields.put("aof_rewrite_scheduled", "0");
        fields.put("aof_last_rewrite_time_sec", "-1");
        fields.put("aof_current_rewrite_time_sec", "-1");
        fields.put("aof_last_bgrewrite_status", "ok");
        fields.put("aof_rewrites", "0");
        fields.put("aof_last_write_status", "ok");
    }

    /**
     * Writes the keys per database. It omits a database that could not be counted: the persister tells what is damaged.
     */
    private void keyspace() {
        engine.observeEverything();
        Map<Integer, Database> databases = new TreeMap<>();
        engine.databases().forEach((index, database) -> databases.put(index, (Database) database));
        databases.forEach((index, database) -> {
            Keys keys = database.content();
            if (keys.countFailure() == null && keys.count() > 0) {
                field("db" + index, "keys=" + keys.count() + ",expires=" + keys.deadlineCount() + ",avg_ttl=0");
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
