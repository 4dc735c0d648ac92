package io.nvmredis.nvm.log;

import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.spi.PersistenceException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps segments ready, so that the appender meets no page fault, no journal and no full disk.
 *
 * <p>A thread of its own makes the next segment as soon as one is taken. If that fails, it tries again every second,
 * and {@link #shortage} says why until then. {@code lock} guards the spares and the making of segments; whoever finds no
 * spare waits for the one being made, or makes it.
 */
final class SegmentPreparer implements AutoCloseable {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final SegmentFiles files;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();
    private final ArrayDeque<LogSegment> spares;
    private long nextEpoch;
    private boolean closed;
    private @Nullable Thread thread;
    /** Written under the lock, read by anyone. */
    private volatile long spareCapacity;

    private volatile int spareCount;
    private volatile @Nullable String shortage;

    /**
     * A preparer without its thread; {@link #start} gives it one.
     *
     * @param spares segments that are ready already, by epoch
     * @param nextEpoch of the first segment to make
     */
    SegmentPreparer(SegmentFiles files, List<LogSegment> spares, long nextEpoch) {
        this.files = files;
        this.spares = new ArrayDeque<>(spares);
        this.nextEpoch = nextEpoch;
        updateCapacity();
    }

    void start() {
        Thread newThread = new Thread(this::run, "nvm-prepare");
        newThread.setDaemon(true);
        lock.lock();
        try {
            thread = newThread;
        } finally {
            lock.unlock();
        }
        newThread.start();
    }

    /** Bytes for records in the spares. */
    long spareCapacity() {
        return spareCapacity;
    }

    /** Why no segment could be made when it was last tried, or null. */
    @Nullable
    String shortage() {
        return shortage;
    }

    /**
     * The next segment: a spare, or one made now.
     *
     * @throws PersistenceException if it cannot be made
     */
    LogSegment take() {
        lock.lock();
        try {
            LogSegment spare = spares.poll();
            if (spare == null) {
                spare = create();
            }
            updateCapacity();
            wanted.signal();
            return spare;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sees to it that the spares hold at least so many bytes of records.
     *
     * @return null if they do, otherwise why not
     */
    @Nullable
    String reserve(long bytes) {
        String known = shortage;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            requireUsable(bytes - spareCapacity);
            while (spareCapacity < bytes) {
                spares.add(create());
                updateCapacity();
            }
            return null;
        } catch (RuntimeException e) {
            shortage = reason(e);
            wanted.signal();
            return shortage;
        } finally {
            lock.unlock();
        }
    }

    /** Does not fill the disk with spares when it is plain that they will not be enough. */
    private void requireUsable(long missingBytes) {
        long count = Math.max(0, -Math.floorDiv(-missingBytes, (long) files.capacity()));
        long needed = count * files.segmentLength();
        long usable = files.usableBytes();
        if (needed > usable) {
            throw new NoSpaceException("the log", needed, usable, null);
        }
    }

    private LogSegment create() {
        LogSegment created = files.create(nextEpoch);
        nextEpoch++;
        return created;
    }

    private void updateCapacity() {
        long capacity = 0;
        for (LogSegment spare : spares) {
            capacity += spare.capacity();
        }
        spareCapacity = capacity;
        spareCount = spares.size();
    }

    private static String reason(RuntimeException e) {
        return e instanceof NoSpaceException ? "No space left on device" : String.valueOf(e.getMessage());
    }

    private void run() {
        lock.lock();
        try {
            while (!closed) {
                boolean tryAgain = !prepareOne();
                if (tryAgain) {
                    wanted.awaitNanos(RETRY_NANOS);
                    shortage = null;
                } else if (!closed) {
                    wanted.await();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Makes a spare if there is none. Returns whether there is nothing left to do, and no shortage. */
    boolean prepareOne() {
        lock.lock();
        try {
            if (spares.isEmpty()) {
                spares.add(create());
                updateCapacity();
                shortage = null;
            }
        } catch (RuntimeException e) {
            shortage = reason(e);
        } finally {
            lock.unlock();
        }
        return shortage == null;
    }

    /** Number of spares. */
    int spareCount() {
        return spareCount;
    }

    /** Ends the thread and unmaps the spares; their files stay. */
    @Override
    public void close() {
        Thread ending;
        lock.lock();
        try {
            closed = true;
            wanted.signal();
            ending = thread;
        } finally {
            lock.unlock();
        }
        if (ending != null) {
            Threads.join(ending);
        }
        spares.forEach(LogSegment::close);
        spares.clear();
    }
}
