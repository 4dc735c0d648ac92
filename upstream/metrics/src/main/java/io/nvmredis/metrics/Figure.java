package io.nvmredis.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field of {@code INFO} as a meter.
 *
 * @param field its name in {@code INFO}
 * @param meter its name as a meter, behind the prefix
 * @param isCounter whether it only grows, but for {@code CONFIG RESETSTAT} and restarts
 * @param unit its unit; null for a plain number
 */
record Figure(
        String field,
        String meter,
        boolean isCounter,
        @Nullable String unit,
        String description) {

    private static final String BYTES = "bytes";
    private static final String SECONDS = "seconds";

    /** All fields that are shown whatever the server is asked to do. Those of a persistence that is not used have no value. */
    static final List<Figure> ALL = List.of(
            gauge("uptime_in_seconds", "uptime", SECONDS, "Time since the start"),
            gauge("connected_clients", "clients.connected", null, "Clients that are connected"),
            gauge("blocked_clients", "clients.blocked", null, "Clients whose command waits for a key"),
            gauge("tracking_clients", "clients.tracking", null, "Clients that are told of changed keys"),
            gauge("maxclients", "clients.limit", null, "Clients that may be connected"),
            gauge("mem_clients_normal", "clients.memory", BYTES, "Memory of requests and replies of all clients"),
            gauge(
                    "clients_in_timeout_table",
                    "clients.waiting.with.timeout",
                    null,
                    "Clients that wait for a time at most"),
            counter("total_connections_received", "connections", null, "Connections that were accepted"),
            counter("rejected_connections", "connections.rejected", null, "Connections that were turned away"),
            counter("total_net_input_bytes", "network.input", BYTES, "Bytes read from clients"),
            counter("total_net_output_bytes", "network.output", BYTES, "Bytes written to clients"),
            counter("total_reads_processed", "network.reads", null, "Reads from sockets"),
            counter("total_writes_processed", "network.writes", null, "Writes to sockets"),
            gauge("pubsub_channels", "pubsub.channels", null, "Channels with subscribers"),
            gauge("pubsub_patterns", "pubsub.patterns", null, "Patterns of channels with subscribers"),
            gauge("pubsubshard_channels", "pubsub.shard.channels", null, "Shard channels with subscribers"),
            counter("evicted_clients", "clients.evicted", null, "Clients disconnected for want of memory"),
            gauge("used_memory", "memory.heap.used", BYTES, "Used part of the JVM's heap, garbage included"),
            gauge("maxmemory", "memory.heap.limit", BYTES, "Largest size of the JVM's heap"),
            gauge("used_memory_rss", "memory.resident", BYTES, "Memory of the process that is in DRAM"),
            gauge("used_memory_peak", "memory.heap.peak", BYTES, "Largest used part of the heap"),
            gauge("used_memory_overhead", "memory.overhead", BYTES, "Used part of the heap that is no data"),
            gauge("total_system_memory", "memory.machine", BYTES, "Memory of the machine"),
            gauge("used_memory_scripts", "scripts.memory", BYTES, "Memory of scripts and functions"),
            gauge("number_of_cached_scripts", "scripts.cached", null, "Scripts that are loaded"),
            gauge("mem_clients_slaves", "replicas.memory", BYTES, "Memory of what waits for replicas"),
            gauge("used_memory_dataset", "memory.data.used", BYTES, "Memory of the data that are in memory"),
            gauge(
                    "maxmemory_dataset",
                    "memory.data.limit",
                    BYTES,
                    "Memory that data may take, where all are in memory"),
            gauge("dram_budget_bytes", "dram.budget", BYTES, "Memory for data that the table has as well"),
            gauge("dram_resident_keys", "dram.resident.keys", null, "Keys that are in memory"),
            gauge("dram_hit_ratio", "dram.hit.ratio", null, "Part of the lookups of keys that memory alone answered"),
            counter("hydrations", "dram.hydrations", null, "Values read from the table into memory"),
            counter("cold_field_reads", "dram.cold.field.reads", null, "Fields read from the table without their hash"),
            counter("evictions", "dram.evictions", null, "Values dropped from memory, which the table keeps"),
            gauge("used_memory_functions", "functions.memory", BYTES, "Memory of the libraries of functions"),
            gauge("number_of_functions", "functions", null, "Functions that are loaded"),
            gauge("number_of_libraries", "function.libraries", null, "Libraries of functions that are loaded"),
            counter("total_commands_processed", "commands.processed", null, "Commands that were run"),
            counter("total_error_replies", "error.replies", null, "Error replies"),
            counter("expired_keys", "keys.expired", null, "Keys removed because their deadline had passed"),
            counter("expired_time_cap_reached_count", "expire.cycle.stops", null, "Expire cycles that ran out of time"),
            counter("keyspace_hits", "keyspace.hits", null, "Lookups of keys that were there"),
            counter("keyspace_misses", "keyspace.misses", null, "Lookups of keys that were not there"),
            gauge("tracking_total_keys", "tracking.keys", null, "Keys of which clients are to be told"),
            gauge("tracking_total_items", "tracking.items", null, "Pairs of a key and a client to be told"),
            gauge("tracking_total_prefixes", "tracking.prefixes", null, "Prefixes of which clients are to be told"),
            gauge("connected_slaves", "replicas.connected", null, "Replicas that follow this server"),
            counter("sync_full", "replicas.full.copies", null, "Full copies begun for replicas"),
            counter("sync_partial_ok", "replicas.continued", null, "Replicas that went on where they had stopped"),
            counter(
                    "sync_partial_err",
                    "replicas.not.continued",
                    null,
                    "Replicas that could not go on and need a copy"),
            counter("master_repl_offset", "replication.stream", BYTES, "Bytes of the stream to replicas"),
            gauge("repl_backlog_histlen", "replication.backlog", BYTES, "Bytes of that stream that are kept"),
            counter("used_cpu_user", "cpu.user", SECONDS, "Processor time of the process in user mode"),
            counter("used_cpu_sys", "cpu.system", SECONDS, "Processor time of the process in the kernel"),
            gauge("loading", "loading", null, "1 while data are being loaded"),
            gauge("persistence_survives_process_crash", "survives.process.crash", null, "1 if acknowledged writes do"),
            gauge("persistence_survives_power_loss", "survives.power.loss", null, "1 if acknowledged writes do"),
            gauge("aof_enabled", "aof.enabled", null, "1 if a log is written"),
            gauge("aof_current_size", "aof.size", BYTES, "Length of the append-only file"),
            gauge("aof_base_size", "aof.base.size", BYTES, "Length of the append-only file after its last rewrite"),
            gauge("aof_buffer_length", "aof.buffer", BYTES, "Bytes that wait to be written to the file"),
            counter("aof_delayed_fsync", "aof.delayed.syncs", null, "Writes that waited for a sync of the disk"),
            gauge("aof_rewrite_in_progress", "aof.rewriting", null, "1 while the file is being rewritten"),
            counter("aof_rewrites", "aof.rewrites", null, "Rewrites of the file"),
            status("aof_last_write_status", "aof.last.write.ok", "1 if the last write of the log succeeded"),
            status("aof_last_bgrewrite_status", "aof.last.rewrite.ok", "1 if the last rewrite succeeded"),
            gauge("rdb_changes_since_last_save", "rdb.changes", null, "Changes since the last save"),
            gauge("rdb_bgsave_in_progress", "rdb.saving", null, "1 while a copy of the data is being written"),
            gauge("rdb_last_save_time", "rdb.last.save.time", SECONDS, "Time of the last save, since 1970"),
            gauge("rdb_last_bgsave_time_sec", "rdb.last.save.duration", SECONDS, "Time that the last save took"),
            gauge(
                    "rdb_current_bgsave_time_sec",
                    "rdb.save.duration",
                    SECONDS,
                    "Time of the save that runs; -1: none does"),
            counter("rdb_saves", "rdb.saves", null, "Saves"),
            status("rdb_last_bgsave_status", "rdb.last.save.ok", "1 if the last save succeeded"),
            gauge("nvm_log_bytes", "log.allocated", BYTES, "Segments of the log, spares included"),
            gauge("nvm_log_segments", "log.segments", null, "Segments of the log, spares included"),
            counter("nvm_recycled_segments", "log.recycled.segments", null, "Segments of the log that were used again"),
            counter("nvm_last_lsn", "log.last.lsn", null, "LSN of the last transaction"),
            counter("nvm_durable_lsn", "log.durable.lsn", null, "LSN up to which all is durable"),
            counter("nvm_applied_lsn", "log.applied.lsn", null, "LSN up to which all is in the table"),
            counter("nvm_checkpoint_lsn", "log.checkpoint.lsn", null, "LSN up to which the log is needed no more"),
            counter("nvm_commits", "log.commits", null, "Waits for the medium"),
            counter("nvm_appended_bytes", "log.appended", BYTES, "Bytes of records appended"),
            counter("nvm_flushed_bytes", "flushed", BYTES, "Bytes of cache lines written back to the medium"),
            counter(
                    "nvm_flushed_bytes_in_256",
                    "flushed.in.blocks",
                    BYTES,
                    "The same in the medium's blocks of 256 bytes"),
            gauge("nvm_backlog_bytes", "replay.backlog", BYTES, "Log that the table does not have yet"),
            gauge("nvm_backlog_limit", "replay.backlog.limit", BYTES, "Backlog above which writers wait"),
            counter("nvm_applied_effects", "replay.effects", null, "Effects that the replay has read"),
            counter(
                    "nvm_superseded_effects",
                    "replay.superseded.effects",
                    null,
                    "Effects that later ones made superfluous"),
            status("nvm_replay_status", "replay.ok", "1 if the replay goes on"),
            gauge("nvm_capacity", "table.capacity", BYTES, "Space for the table; 0: what the file system has"),
            gauge("nvm_table_bytes", "table.allocated", BYTES, "Files of the table"),
            gauge("nvm_table_live_bytes", "table.live", BYTES, "Records of the table that are live"),
            gauge("nvm_table_keys", "table.keys", null, "Keys of the table"),
            gauge("nvm_table_damaged_segments", "table.damaged.segments", null, "Segments in which damage was found"),
            gauge(
                    "nvm_table_damaged_index_files",
                    "table.damaged.index.files",
                    null,
                    "Files of the index that are damaged"),
            counter("nvm_table_damaged_reads", "table.damaged.reads", null, "Reads that met damage"),
            counter("nvm_folds", "table.folds", null, "Chains that were written as a new base"),
            counter("nvm_cleaned_segments", "table.cleaned.segments", null, "Segments that were emptied"));

    private static Figure gauge(String field, String meter, @Nullable String unit, String description) {
        return new Figure(field, meter, false, unit, description);
    }

    private static Figure counter(String field, String meter, @Nullable String unit, String description) {
        return new Figure(field, meter, true, unit, description);
    }

    private static Figure status(String field, String meter, String description) {
        return new Figure(field, meter, false, null, description);
    }

    /** Returns the value of the field's text: {@code ok} is 1, any other text that is no number 0. */
    static double value(String text) {
        return parsed(text.equals("ok") ? "1" : text);
    }

    static double parsed(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
