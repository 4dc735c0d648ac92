package io.nvmredis.engine.commands;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The time of the processor that this process has taken, as Linux counts it. */
final class ProcessorTime {
    private static final Path PROCESS = Path.of("/proc/self");
    private static final String COUNTS = "stat";
    /** Beginning of the names of the threads that run commands, in the length that Linux keeps of a name. */
    private static final String COMMANDS = "(nvm-redis-io";
    /** Ticks per second in which Linux tells a process's times to others, whatever the kernel's own are. */
    private static final double TICKS_PER_SECOND = 100;

    /** Position of the time in the process itself among the words behind the program's name; the kernel's follows it. */
    private static final int USER = 11;

    private ProcessorTime() {}

    /** Returns the seconds by Redis's names; nothing where the system does not tell. */
    static Map<String, String> of() {
        Map<String, String> seconds = new LinkedHashMap<>();
        try {
            String[] words = words(Files.readString(PROCESS.resolve(COUNTS)));
            seconds.put("used_cpu_sys", seconds(ticks(words, USER + 1)));
            seconds.put("used_cpu_user", seconds(ticks(words, USER)));
            seconds.put("used_cpu_sys_children", seconds(ticks(words, USER + 3)));
            seconds.put("used_cpu_user_children", seconds(ticks(words, USER + 2)));
            putCommandThreads(seconds);
        } catch (IOException e) {
            return Map.of();
        }
        return seconds;
    }

    /** Adds the times of the threads that run commands, which in Redis is the main thread. */
    private static void putCommandThreads(Map<String, String> seconds) throws IOException {
        long kernelTicks = 0;
        long userTicks = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(PROCESS.resolve("task"))) {
            for (Path thread : threads) {
                String counts = counts(thread);
                if (counts.contains(COMMANDS)) {
                    String[] words = words(counts);
                    kernelTicks += ticks(words, USER + 1);
                    userTicks += ticks(words, USER);
                }
            }
        }
        seconds.put("used_cpu_sys_main_thread", seconds(kernelTicks));
        seconds.put("used_cpu_user_main_thread", seconds(userTicks));
    }

    private static String counts(Path thread) {
        try {
            return Files.readString(thread.resolve(COUNTS));
        } catch (IOException e) {
            // The thread has ended meanwhile.
            return "";
        }
    }

    /** Returns the words behind the name, which is in brackets and may have blanks. */
    private static String[] words(String counts) {
        return counts.substring(counts.lastIndexOf(')') + 2).split(" ", -1);
    }

    private static long ticks(String[] words, int position) {
        return Long.parseLong(words[position]);
    }

    private static String seconds(long ticks) {
        return String.format(Locale.ROOT, "%.6f", ticks / TICKS_PER_SECOND);
    }
}
