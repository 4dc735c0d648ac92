package io.nvmredis.engine.commands;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Memory of this process, as the JVM and Linux count it, by Redis's names. */
final class MemoryFigures {
    private static final Path PROCESS = Path.of("/proc/self/status");
    private static final Path MACHINE = Path.of("/proc/meminfo");
    private static final String UNITS = "BKMGTPE";
    private static final int UNIT = 1024;

    private final Map<String, String> figures = new LinkedHashMap<>();

    private MemoryFigures() {}

    /**
     * Returns the figures; one that the system does not tell is missing.
     *
     * @param dataBytes the part of the heap that the data take
     */
    static Map<String, String> of(long dataBytes) {
        MemoryFigures memory = new MemoryFigures();
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        long peak = Math.max(used, peak());
        long resident = kilobytes(PROCESS, "VmRSS:") << 10;
        long system = kilobytes(MACHINE, "MemTotal:") << 10;
        memory.put("used_memory", used);
        memory.put("used_memory_peak", peak);
        memory.figures.put("used_memory_peak_perc", String.format(Locale.ROOT, "%.2f%%", 100.0 * used / peak));
        memory.figures.put("used_memory_overhead", Long.toString(Math.max(0, used - dataBytes)));
        memory.figures.put("used_memory_dataset", Long.toString(dataBytes));
        memory.put("maxmemory", runtime.maxMemory());
        if (resident > 0) {
            memory.put("used_memory_rss", resident);
            memory.figures.put("mem_fragmentation_ratio", String.format(Locale.ROOT, "%.2f", (double) resident / used));
            memory.figures.put("mem_fragmentation_bytes", Long.toString(resident - used));
        }
        if (system > 0) {
            memory.put("total_system_memory", system);
        }
        return memory.figures;
    }

    /** Returns the sum of the most that each part of the heap has held: at least the most that all held at one time. */
    private static long peak() {
        long sum = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage peak = pool.getType() == MemoryType.HEAP ? pool.getPeakUsage() : null;
            sum += peak == null ? 0 : peak.getUsed();
        }
        return sum;
    }

    /** Returns the number of a line of a file of the system, or 0. */
    private static long kilobytes(Path file, String name) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            // This system does not tell.
        }
        return 0;
    }

    private void put(String name, long bytes) {
        figures.put(name, Long.toString(bytes));
        figures.put(name + "_human", human(bytes));
    }

    /** Returns bytes as Redis shows them to people. */
    static String human(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= UNIT) {
            value /= UNIT;
            unit++;
        }
        return unit == 0 ? bytes + "B" : String.format(Locale.ROOT, "%.2f%c", value, UNITS.charAt(unit));
    }
}
