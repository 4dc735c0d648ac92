package io.nvmredis.engine.commands;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The time of the processor that this process has taken, as Linux counts it. */
final class ProcessorTime {
    private static final Path COUNTS = Path.of("/proc/self/stat");
    /** Ticks per second in which Linux tells a process's times to others, whatever the kernel's own are. */
    private static final double TICKS_PER_SECOND = 100;

    /** Position of the time in the process itself among the words behind the program's name; the kernel's follows it. */
    private static final int USER = 11;

    private ProcessorTime() {}

    /** Returns the seconds by Redis's names; nothing where the system does not tell. */
    static Map<String, String> of() {
        Map<String, String> seconds = new LinkedHashMap<>();
        try {
            String counts = Files.readString(COUNTS);
            // The name of the program, in brackets, may have blanks.
            String[] words = counts.substring(counts.lastIndexOf(')') + 2).split(" ", -1);
            seconds.put("used_cpu_sys", seconds(words[USER + 1]));
            seconds.put("used_cpu_user", seconds(words[USER]));
            seconds.put("used_cpu_sys_children", seconds(words[USER + 3]));
            seconds.put("used_cpu_user_children", seconds(words[USER + 2]));
        } catch (IOException e) {
            return Map.of();
        }
        return seconds;
    }

    private static String seconds(String ticks) {
        return String.format(Locale.ROOT, "%.6f", Long.parseLong(ticks) / TICKS_PER_SECOND);
    }
}
