package io.nvmredis.transfer;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Progress as lines, one per few seconds, for logs and wherever there is no terminal. */
final class LineProgress implements Progress {
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final PrintStream out;
    private String task = "";
    private long totalBytes;
    private long totalKeys;
    private long beginNanos;
    private long saidNanos;

    LineProgress(PrintStream out) {
        this.out = out;
    }

    @Override
    public void begin(String newTask, long newTotalBytes, long newTotalKeys) {
        task = newTask;
        totalBytes = newTotalBytes;
        totalKeys = newTotalKeys;
        beginNanos = System.nanoTime();
        saidNanos = beginNanos;
    }

    @Override
    public void reached(long bytes, long keys) {
        long now = System.nanoTime();
        if (now - saidNanos >= PERIOD_NANOS) {
            saidNanos = now;
            say(line(task, totalBytes, totalKeys, new Rate(bytes, keys, now - beginNanos)));
        }
    }

    static String line(String task, long totalBytes, long totalKeys, Rate rate) {
        StringBuilder line = new StringBuilder(task).append(": ").append(Rate.megabytes(rate.bytes()));
        if (totalBytes > 0) {
            line.append(String.format(
                    Locale.ROOT, " of %s (%d %%)", Rate.megabytes(totalBytes), 100 * rate.bytes() / totalBytes));
        }
        line.append(", ").append(rate.keys());
        if (totalKeys > 0) {
            line.append(String.format(Locale.ROOT, " of %d (%d %%)", totalKeys, 100 * rate.keys() / totalKeys));
        }
        line.append(" keys, ").append(rate.throughput());
        if (totalBytes > 0 || totalKeys > 0) {
            line.append(", ").append(rate.secondsLeft(totalBytes, totalKeys)).append(" s left");
        }
        return line.toString();
    }

    @Override
    public void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void end() {
        // A line stays on the screen.
    }
}
