package io.nvmredis.transfer;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress as a bar that grows, for a terminal. */
final class BarProgress implements Progress {
    private static final int WIDTH = 110;
    private static final int UPDATE_MILLIS = 250;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(UPDATE_MILLIS);

    private final PrintStream terminal;
    private @Nullable ProgressBar bar;
    private boolean isByKeys;
    private long beginNanos;
    private long shownNanos;

    BarProgress(PrintStream terminal) {
        this.terminal = terminal;
    }

    @Override
    public void begin(String task, long totalBytes, long totalKeys) {
        end();
        beginNanos = System.nanoTime();
        isByKeys = totalBytes < 0 && totalKeys >= 0;
        bar = new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(isByKeys ? totalKeys : totalBytes)
                .setUnit(isByKeys ? " keys" : " MB", isByKeys ? 1 : 1 << 20)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setStyle(ProgressBarStyle.ASCII)
                .setMaxRenderedLength(WIDTH)
                .setConsumer(new ConsoleProgressBarConsumer(terminal))
                .build();
    }

    @Override
    public void reached(long bytes, long keys) {
        ProgressBar shown = bar;
        long now = System.nanoTime();
        if (shown == null || now - shownNanos < LOOK_NANOS) {
            return;
        }
        shownNanos = now;
        long reached = isByKeys ? keys : bytes;
        if (shown.getMax() > 0 && reached > shown.getMax()) {
            shown.maxHint(reached);
        }
        shown.stepTo(reached);
        Rate rate = new Rate(bytes, keys, now - beginNanos);
        shown.setExtraMessage(" " + (isByKeys ? Rate.megabytes(bytes) : keys + " keys") + ", " + rate.throughput());
    }

    @Override
    public void say(String line) {
        if (bar == null) {
            terminal.println(line);
        } else {
            // The bar is drawn again on the line below.
            terminal.println("\r" + line + " ".repeat(Math.max(0, WIDTH - line.length())));
        }
    }

    @Override
    public void end() {
        ProgressBar shown = bar;
        bar = null;
        if (shown != null) {
            shown.close();
        }
    }
}
