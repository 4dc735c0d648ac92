package io.nvmredis.bench.load;

import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Operations are sent at a fixed rate, whether those before are answered or not, and the latency of each runs from the
 * time at which the schedule wanted it sent. So whoever would have come during a stall is in the figures (no
 * <a href="https://www.youtube.com/watch?v=lJ8ydIuPFeU">coordinated omission</a>), and so is the generator's own
 * lateness, which is told beside.
 */
final class OpenLoop extends Load {
    /** How long it waits for the answers of an overloaded server. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final EventLoop loop;
    private final double nanosPerOperation;
    private long sentCount;
    private int nextConnection;

    OpenLoop(
            EventLoop loop,
            List<LoadConnection> connections,
            Operations operations,
            double perSecond,
            LoadRecorder recorder) {
        super(connections, operations, 1, recorder);
        this.loop = loop;
        this.nanosPerOperation = 1e9 / perSecond;
    }

    @Override
    void begin() {
        super.begin();
        sendWhatIsDue();
    }

    private void sendWhatIsDue() {
        long now = System.nanoTime();
        long intended = intended();
        while (intended <= now && intended < recorder().endNanos() && !isOver()) {
            recorder().late(now - intended);
            send(connections().get(nextConnection), 1, intended);
            nextConnection = (nextConnection + 1) % connections().size();
            sentCount++;
            intended = intended();
            now = System.nanoTime();
        }
        if (isOver()) {
            return;
        }
        if (intended < recorder().endNanos()) {
            var unused = loop.schedule(this::sendWhatIsDue, intended - now, TimeUnit.NANOSECONDS);
        } else {
            var unused = loop.schedule(this::giveUp, recorder().endNanos() + GRACE_NANOS - now, TimeUnit.NANOSECONDS);
            endIfAnswered();
        }
    }

    private long intended() {
        return recorder().startNanos() + (long) (sentCount * nanosPerOperation);
    }

    @Override
    void proceed(LoadConnection connection, long nowNanos) {
        endIfAnswered();
    }

    private void endIfAnswered() {
        if (intended() >= recorder().endNanos() && pendingCount() == 0) {
            end(0);
        }
    }

    /** What is still not answered has waited this long at least. */
    private void giveUp() {
        if (isOver()) {
            return;
        }
        long unfinished = pendingCount();
        long now = System.nanoTime();
        for (LoadConnection connection : connections()) {
            while (connection.pendingCount() > 0) {
                recorder().latency(now - connection.takeTime());
            }
        }
        end(unfinished);
    }
}
