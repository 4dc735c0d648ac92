package io.nvmredis.engine.measure;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** The settings of what is measured, by Redis's names, with Redis's values at the start. */
public final class MeterSettings {
    static final long SLOW_LOG_LENGTH = 128;

    private static final String SLOWER_THAN = "slowlog-log-slower-than";
    private static final String MAX_LENGTH = "slowlog-max-len";
    private static final String MONITOR = "latency-monitor-threshold";
    private static final String TRACKING = "latency-tracking";
    private static final String PERCENTILES = "latency-tracking-info-percentiles";

    private final CommandMeter meter;
    private final Map<String, String> values = new TreeMap<>(Map.of(
            SLOWER_THAN,
            "10000",
            MAX_LENGTH,
            Long.toString(SLOW_LOG_LENGTH),
            MONITOR,
            "0",
            TRACKING,
            "yes",
            PERCENTILES,
            "50 99 99.9"));

    MeterSettings(CommandMeter meter) {
        this.meter = meter;
    }

    /** Returns the values in force by their names. */
    public Map<String, String> all() {
        return values;
    }

    /** Changes a setting to a value that has been checked. */
    public void set(String name, String canonical) {
        values.put(name, canonical);
        apply();
    }

    void apply() {
        meter.latency().limit(number(MONITOR));
        meter.keepFrom(number(SLOWER_THAN));
        meter.slowLog().limit(number(MAX_LENGTH));
        meter.track("yes".equals(values.get(TRACKING)));
    }

    private long number(String name) {
        return Long.parseLong(values.getOrDefault(name, "0"));
    }

    /** Returns the percentiles that INFO shows, as they were set. */
    public String[] percentiles() {
        return Arrays.stream(values.getOrDefault(PERCENTILES, "").split(" ", -1))
                .filter(each -> !each.isEmpty())
                .toArray(String[]::new);
    }
}
