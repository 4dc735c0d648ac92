package io.nvmredis.bench.arm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jnr.constants.platform.Sysconf;
import jnr.posix.POSIXFactory;

/** What Linux tells of a process; see proc(5). */
public final class ProcessMeter {
    private static final long NANOS_PER_TICK =
            TimeUnit.SECONDS.toNanos(1) / POSIXFactory.getNativePOSIX().sysconf(Sysconf._SC_CLK_TCK);

    private static final Pattern MAPPING = Pattern.compile("^[0-9a-f]+-[0-9a-f]+ ");

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    private final Path folder;

    ProcessMeter(long pid) {
        folder = Path.of("/proc", Long.toString(pid));
    }

    /** Processor time of all its threads so far, in ticks: of 10 ms, usually. */
    public long cpuNanos() throws IOException {
        String stat = Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1);
        // The name of the program comes second, in brackets, and may have spaces in it.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) * NANOS_PER_TICK;
    }

    /** Bytes that it has caused to be written to block devices. */
    public long writtenBytes() throws IOException {
        return field("io", "write_bytes:");
    }

    /** The most memory it had in RAM, pages of mapped files among it. */
    public long peakResidentBytes() throws IOException {
        return field("status", "VmHWM:") << 10;
    }

    /** Lets a thread of the process run only where no other thread wants the processor; see chrt(1). */
    public void idle(String threadName) throws IOException {
        try (Stream<Path> threads = Files.list(folder.resolve("task"))) {
            for (Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("comm")).trim().equals(threadName)) {
                    setIdle(thread.getFileName().toString());
                    return;
                }
            }
        }
        throw new IOException("there is no thread " + threadName);
    }

    private static void setIdle(String threadId) throws IOException {
        Process chrt = new ProcessBuilder("chrt", "--idle", "--pid", "0", threadId)
                .inheritIO()
                .start();
        int status = chrt.onExit().join().exitValue();
        if (status != 0) {
            throw new IOException("chrt has failed with status " + status);
        }
    }

    /** Its command line, as it is now: that of what it was told to become. Each word ends with a zero. */
    List<String> commandLine() throws IOException {
        String words = Files.readString(folder.resolve("cmdline"), StandardCharsets.UTF_8);
        return List.of(words.substring(0, Math.max(0, words.length() - 1)).split("\0", -1));
    }

    /**
     * Memory of its own that it has in RAM now: no pages of files, but for a heap that ZGC keeps in a file in memory, of
     * which each page counts once although it may be mapped several times.
     */
    public long ownBytes() throws IOException {
        long kilobytes = field("status", "RssAnon:");
        boolean isHeap = false;
        for (String line : Files.readAllLines(folder.resolve("smaps"), StandardCharsets.ISO_8859_1)) {
            if (MAPPING.matcher(line).find()) {
                isHeap = line.contains("memfd:java_heap");
            } else if (isHeap && line.startsWith("Pss:")) {
                kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kilobytes << 10;
    }

    private long field(String file, String name) throws IOException {
        for (String line : Files.readAllLines(folder.resolve(file), StandardCharsets.ISO_8859_1)) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.substring(name.length()).replaceAll("\\D", ""));
            }
        }
        throw new IOException(folder.resolve(file) + " has no line " + name);
    }
}
