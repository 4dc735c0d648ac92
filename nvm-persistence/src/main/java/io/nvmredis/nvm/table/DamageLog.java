package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.DamageException;
import io.nvmredis.nvm.format.TableFileNames;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been found damaged since the table was opened: in which files, and how many reads were answered with an
 * error for it. The first of each file is logged. Any thread.
 */
final class DamageLog {
    private static final Logger LOG = LoggerFactory.getLogger(DamageLog.class);

    private final Set<String> files = ConcurrentHashMap.newKeySet();
    private final AtomicLong readCount = new AtomicLong();
    private volatile @Nullable PersistenceException last;
    private volatile @Nullable PersistenceException suspicion;

    /** Says that a read has met it, and is told so. Returns it, to be thrown. */
    PersistenceException noteRead(PersistenceException found) {
        readCount.incrementAndGet();
        noteFound(found);
        return found;
    }

    /** Says that it is there. */
    void noteFound(PersistenceException found) {
        last = found;
        if (found instanceof DamageException damaged && files.add(damaged.path())) {
            LOG.error(
                    "a part of the table is damaged, keys that it has are answered with an error: {}",
                    found.getMessage());
        }
    }

    /** Says that what was damaged in a file is gone. */
    void forget(String path) {
        files.remove(path);
    }

    /** Says that any key may be missing, or be an older one: there is no telling which. */
    void suspectAll(PersistenceException why) {
        noteFound(why);
        suspicion = why;
    }

    /**
     * Sees to it that the index can be believed.
     *
     * @throws PersistenceException if it cannot
     */
    void requireBelievable() {
        PersistenceException why = suspicion;
        if (why != null) {
            throw new PersistenceException(String.valueOf(why.getMessage()), why);
        }
    }

    /** What was found last, or null if nothing. */
    @Nullable
    PersistenceException last() {
        return last;
    }

    /** Heap segments in which anything has been found damaged. */
    long segmentCount() {
        return files.stream().filter(DamageLog::isSegment).count();
    }

    /** Other files of the table. */
    long indexFileCount() {
        return files.size() - segmentCount();
    }

    /** Reads that were answered with an error. */
    long readCount() {
        return readCount.get();
    }

    private static boolean isSegment(String path) {
        return TableFileNames.heapNumberOf(path.substring(path.lastIndexOf('/') + 1)) >= 0;
    }
}
