package io.nvmredis.engine.catalog;

import java.util.Optional;
import java.util.stream.Stream;

/** Settings that the engine puts into force by itself, by Redis's names. All of them can be changed by CONFIG SET. */
public enum EngineSetting {
    BUSY_REPLY_THRESHOLD(
            "busy-reply-threshold", "milliseconds that a script may run before other clients get the error BUSY"),
    LATENCY_MONITOR_THRESHOLD(
            "latency-monitor-threshold", "milliseconds from which LATENCY notes what took so long; 0: nothing"),
    LATENCY_TRACKING("latency-tracking", "yes or no: keep the times of each command for INFO latencystats"),
    LATENCY_TRACKING_INFO_PERCENTILES(
            "latency-tracking-info-percentiles", "percentiles of these times that INFO latencystats shows"),
    NOTIFY_KEYSPACE_EVENTS(
            "notify-keyspace-events", "events of keys that are published, a letter for each class; \"\": none"),
    REPL_BACKLOG_SIZE("repl-backlog-size", "bytes of changes that are kept for a replica that was away"),
    REPL_BACKLOG_TTL("repl-backlog-ttl", "seconds that they are kept while there is no replica; 0: for ever"),
    REPL_PING_REPLICA_PERIOD("repl-ping-replica-period", "seconds between two PINGs to a replica"),
    REPL_TIMEOUT("repl-timeout", "seconds after which a replica that is silent is disconnected"),
    SLOWLOG_LOG_SLOWER_THAN(
            "slowlog-log-slower-than", "microseconds from which SLOWLOG notes a command; 0: each; -1: none"),
    SLOWLOG_MAX_LEN("slowlog-max-len", "commands that SLOWLOG keeps"),
    TRACKING_TABLE_MAX_KEYS(
            "tracking-table-max-keys", "keys that are remembered for CLIENT TRACKING; 0: as many as memory allows");

    private final String settingName;
    private final String description;

    EngineSetting(String settingName, String description) {
        this.settingName = settingName;
        this.description = description;
    }

    public String settingName() {
        return settingName;
    }

    public String description() {
        return description;
    }

    /** Returns the facts about it that Redis has: its other name, its kind of values and its default. */
    public RedisSetting redis() {
        RedisSetting setting = ForeignSettings.find(settingName);
        if (setting == null) {
            throw new IllegalStateException(settingName + " is not in the list of Redis's settings");
        }
        return setting;
    }

    /** Returns the setting of this name or older name. */
    public static Optional<EngineSetting> named(String name) {
        return Stream.of(values())
                .filter(setting -> setting.settingName.equals(name)
                        || name.equals(setting.redis().oldName()))
                .findAny();
    }
}
