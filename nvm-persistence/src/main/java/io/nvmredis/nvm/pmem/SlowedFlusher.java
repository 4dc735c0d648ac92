package io.nvmredis.nvm.pmem;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Adds the delays of an {@link Emulation} to a flusher.
 *
 * <p>The medium is a queue that all threads share, as a memory controller has one: flushed lines occupy it one after
 * the other, each for as long as the bandwidth says, and a drain returns when the queue has finished all lines flushed
 * before, and the latency has passed. A flush waits while more than {@link #QUEUE_BYTES} are queued, so that a thread
 * that flushes a lot does not make others wait for all of it. Allocates nothing.
 */
final class SlowedFlusher implements LineFlusher {
    /** Most bytes in the queue: a few dozen lines in each of the controller's channels. */
    private static final long QUEUE_BYTES = 16 << 10;

    private final LineFlusher flusher;
    private final long latencyNanos;
    private final double nanosPerByte;
    private final long queueNanos;
    /** Time at which the queue will be empty, in nanoseconds of {@link System#nanoTime} since {@link #startNanos}. */
    private final AtomicLong idleNanos = new AtomicLong();

    private final long startNanos = System.nanoTime();

    SlowedFlusher(LineFlusher flusher, Emulation emulation) {
        this.flusher = flusher;
        this.latencyNanos = emulation.latencyNanos();
        this.nanosPerByte = emulation.bytesPerSecond() == 0 ? 0 : 1e9 / emulation.bytesPerSecond();
        this.queueNanos = (long) (QUEUE_BYTES * nanosPerByte);
    }

    @Override
    public void flush(PersistSite site, PmemRegion region, int offset, int length) {
        flusher.flush(site, region, offset, length);
        charge(LineFlusher.bytesOfLines(offset, length));
    }

    @Override
    public void flushChanged(
            PersistSite site, PmemRegion region, int offset, int length, int lineCount, int blockCount) {
        flusher.flushChanged(site, region, offset, length, lineCount, blockCount);
        charge((long) lineCount * PmemRegion.LINE_LENGTH);
    }

    private void charge(long bytes) {
        if (nanosPerByte > 0 && bytes > 0) {
            spinUntil(enqueue((long) (bytes * nanosPerByte)) - queueNanos);
        }
    }

    @Override
    public void drain(PersistSite site) {
        flusher.drain(site);
        spinUntil(Math.max(now() + latencyNanos, idleNanos.get()));
    }

    @Override
    public void readAhead(PmemRegion region, int offset, int length) {
        flusher.readAhead(region, offset, length);
    }

    @Override
    public boolean needsAddress() {
        return flusher.needsAddress();
    }

    /** Occupies the medium for some nanoseconds. Returns the time at which it will be finished with them. */
    private long enqueue(long nanos) {
        while (true) {
            long idle = idleNanos.get();
            long done = Math.max(idle, now()) + nanos;
            if (idleNanos.compareAndSet(idle, done)) {
                return done;
            }
        }
    }

    private long now() {
        return System.nanoTime() - startNanos;
    }

    /** Spins until a time: no timer is as exact, and the processor would wait for the medium, too. */
    private void spinUntil(long nanos) {
        while (now() < nanos) {
            Thread.onSpinWait();
        }
    }
}
