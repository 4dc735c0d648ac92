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
 * Keeps segments ready, so that the appender meets no page fault, no journal of the file system and no full disk. They
 * are segments that the log has released, recycled under a new epoch, or new ones.
 *
 * <p>A thread of its own makes the next segment as soon as the last spare is taken. If that fails, it tries again every
 * second, and {@link #shortage} says why until then. {@code lock} guards the making of segments, so that their epochs
 * follow one another. The appender takes a spare without the lock; if there is none, it waits for the segment that is
 * being made, or makes one.
 */
final class SegmentPreparer implements AutoCloseable {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** Most spares kept from recycled segments; further released segments are deleted. */
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
    /** First segment of the log. Guarded by {@code lock}. */
    private LogSegment oldest;
    /** Mark before which the log has been released. */
    private volatile @Nullable LogMark released;

    private volatile @Nullable Thread thread;
    private volatile boolean isWanted;
    private volatile boolean closed;
    private volatile long recycledCount;
    private volatile @Nullable String shortage;

    /** Creates a preparer without its thread; {@link #start} starts it. */
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

    /** Returns the bytes for records in the spares. */
    long spareCapacity() {
        return spareCapacity.get();
    }

    /** Returns the reason why no segment could be made at the last try, or null. */
    @Nullable
    String shortage() {
        return shortage;
    }

    /** Returns the number of segments, spares included. */
    int segmentCount() {
        return segmentCount.get();
    }

    /** Returns the bytes of all segments, spares included. */
    long allocatedBytes() {
        return allocatedBytes.get();
    }

    /** Returns the number of segments recycled since open. */
    long recycledCount() {
        return recycledCount;
    }

    /**
     * Returns the next segment: a spare, or one made now.
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

    /** Releases the log before a mark. The preparing thread does the work. */
    void release(LogMark mark) {
        released = mark;
        wake();
    }

    /**
     * Makes the spares have room for at least {@code bytes} of records.
     *
     * @return null if they have, otherwise the reason why not
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

    /** Throws if there is not enough space, so that the disk is not filled with spares that will not suffice. */
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
                // A wish that comes between this check and the parking leaves a permit, so the thread does not park.
                LockSupport.park(this);
            }
        }
    }

    /** Recycles released segments, and makes a spare if there is none. Returns whether there is no shortage. */
    boolean prepareOne() {
        lock.lock();
        try {
            recycle();
            if (spares.isEmpty()) {
                add(create());
            }
            shortage = null;
        } catch (RuntimeException | Error e) {
            // Errors are caught too, such as a lack of memory for a mapping, and the work is tried again: without this
            // thread the log would only grow.
            shortage = reason(e);
        } finally {
            lock.unlock();
        }
        return shortage == null;
    }

    /**
     * Recycles or deletes the segments before the released mark. First the superblock is changed to begin the log at
     * the mark; only then is any of these segments renamed or written. If the change fails, the superblock is stored
     * and persisted anew the next time.
     *
     * <p>No thread uses these segments: the committer has made the transactions in them durable, the reader has read
     * them, and the appender is further on.
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

    /** Returns the number of spares. */
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

    /** Returns the first segment of the log. Called after the last preparation. */
    LogSegment oldest() {
        return oldest;
    }
}
