package io.nvmredis.nvm.log;

import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.ThreadJoins;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps segments ready, so that the appender meets no page fault, no journal and no full disk: those that the log has
 * left behind, under a new epoch, or new ones.
 *
 * <p>A thread of its own makes the next segment as soon as the last spare is taken. If that fails, it tries again every
 * second, and {@link #shortage} says why until then. {@code lock} guards the making of segments, so that their epochs
 * follow one another; whoever finds a spare takes it without the lock, whoever finds none waits for the one being made,
 * or makes it.
 */
final class SegmentPreparer implements AutoCloseable {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Of segments used again; what is left behind beyond that is deleted. */
    private static final int MAX_SPARES = 2;

    private final SegmentFiles files;
    private final LogBeginning beginning;
    private final ReentrantLock lock = new ReentrantLock();
    private final ConcurrentLinkedQueue<LogSegment> spares;
    private final AtomicLong spareCapacity = new AtomicLong();
    private final AtomicInteger spareCount = new AtomicInteger();
    private final AtomicInteger segmentCount = new AtomicInteger();
    private final AtomicLong allocatedBytes = new AtomicLong();
    private long nextEpoch;
    /** The first segment of the log. Under the lock. */
    private LogSegment oldest;
    /** Nothing before it is needed any more. */
    private volatile @Nullable LogMark released;

    private volatile @Nullable Thread thread;
    private volatile boolean isWanted;
    private volatile boolean closed;
    private volatile long recycledCount;
    private volatile @Nullable String shortage;

    /** A preparer without its thread; {@link #start} gives it one. */
    SegmentPreparer(SegmentFiles files, LogStart start) {
        this.files = files;
        this.beginning = start.beginning();
        this.spares = new ConcurrentLinkedQueue<>();
        this.nextEpoch = start.nextEpoch();
        this.oldest = start.oldest();
        start.sealed().forEach(this::count);
        count(start.current());
        for (LogSegment spare : start.spares()) {
            count(spare);
            add(spare);
        }
    }

    private void count(LogSegment segment) {
        segmentCount.incrementAndGet();
        allocatedBytes.addAndGet(segment.region().length());
    }

    private void add(LogSegment spare) {
        spares.add(spare);
        spareCount.incrementAndGet();
        spareCapacity.addAndGet(spare.capacity());
    }

    void start() {
        Thread newThread = new Thread(this::run, "nvm-prepare");
        newThread.setDaemon(true);
        thread = newThread;
        newThread.start();
    }

    /** Bytes for records in the spares. */
    long spareCapacity() {
        return spareCapacity.get();
    }

    /** Why no segment could be made when it was last tried, or null. */
    @Nullable
    String shortage() {
        return shortage;
    }

    /** Number of segments, spares included. */
    int segmentCount() {
        return segmentCount.get();
    }

    /** Bytes of all segments, spares included. */
    long allocatedBytes() {
        return allocatedBytes.get();
    }

    /** Segments used again since open. */
    long recycledCount() {
        return recycledCount;
    }

    /**
     * The next segment: a spare, or one made now.
     *
     * @throws PersistenceException if it cannot be made
     */
    LogSegment take() {
        LogSegment spare = poll();
        if (spare == null) {
            spare = takeOrMake();
        }
        wake();
        return spare;
    }

    private @Nullable LogSegment poll() {
        LogSegment spare = spares.poll();
        if (spare != null) {
            spareCount.decrementAndGet();
            spareCapacity.addAndGet(-spare.capacity());
        }
        return spare;
    }

    private LogSegment takeOrMake() {
        lock.lock();
        try {
            LogSegment made = poll();
            return made == null ? create() : made;
        } finally {
            lock.unlock();
        }
    }

    /** Says that nothing before a place is needed any more. The work is the preparing thread's. */
    void release(LogMark mark) {
        released = mark;
        wake();
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
            requireUsable(bytes - spareCapacity());
            while (spareCapacity() < bytes) {
                add(create());
            }
            return null;
        } catch (RuntimeException e) {
            String reason = reason(e);
            shortage = reason;
            wake();
            return reason;
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
        count(created);
        return created;
    }

    private static String reason(Throwable e) {
        if (e instanceof NoSpaceException) {
            return "No space left on device";
        }
        return e instanceof RuntimeException ? String.valueOf(e.getMessage()) : e.toString();
    }

    private void wake() {
        isWanted = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            isWanted = false;
            boolean isDone = prepareOne();
            if (!isDone) {
                LockSupport.parkNanos(this, RETRY_NANOS);
                shortage = null;
            } else if (!isWanted && !closed) {
                // What is wanted between the look and this leaves a permit, or the look has seen it.
                LockSupport.park(this);
            }
        }
    }

    /** Takes out what is not needed, and makes a spare if there is none. Returns whether there is no shortage. */
    boolean prepareOne() {
        lock.lock();
        try {
            recycle();
            if (spares.isEmpty()) {
                add(create());
            }
            shortage = null;
        } catch (RuntimeException | Error e) {
            // An error too, such as no memory for a mapping, is tried again: without this thread the log only grows.
            shortage = reason(e);
        } finally {
            lock.unlock();
        }
        return shortage == null;
    }

    /**
     * Takes out the segments before the place released last. First the superblock says that the log begins there; only
     * then is any of them renamed or written. If that fails, it is stored and persisted anew the next time.
     *
     * <p>Nobody is in them: the committer has made durable what lies behind, the reader has read it, and the appender is
     * further still.
     */
    private void recycle() {
        LogMark mark = released;
        if (mark == null || mark.segment() == oldest) {
            return;
        }
        beginning.move(mark);
        while (oldest != mark.segment()) {
            LogSegment old = oldest;
            oldest = old.next();
            segmentCount.decrementAndGet();
            allocatedBytes.addAndGet(-old.region().length());
            if (spareCount.get() < MAX_SPARES && old.region().length() == files.segmentLength()) {
                LogSegment spare = files.recycle(old, nextEpoch);
                nextEpoch++;
                count(spare);
                add(spare);
                countRecycled();
            } else {
                files.delete(old);
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Under the lock.
    private void countRecycled() {
        recycledCount++;
    }

    /** Number of spares. */
    int spareCount() {
        return spareCount.get();
    }

    /** Ends the thread and unmaps the spares and the superblock; their files stay. */
    @Override
    public void close() {
        closed = true;
        Thread ending = thread;
        if (ending != null) {
            wake();
            ThreadJoins.join(ending);
        }
        spares.forEach(LogSegment::close);
        spares.clear();
        beginning.close();
    }

    /** The first segment of the log; once nobody prepares any more. */
    LogSegment oldest() {
        return oldest;
    }
}
