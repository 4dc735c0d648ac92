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
 * Log of the damage found since the table was opened: the files with damage, and how many reads were answered with an
 * error for it. The first damage of each file is logged. Any thread.
 */
final class DamageLog {
    private static final Logger LOG = LoggerFactory.getLogger(DamageLog.class);

    private final Set<String> files = ConcurrentHashMap.newKeySet();
    private final AtomicLong readCount = new AtomicLong();
    private volatile @Nullable PersistenceException last;
    private volatile @Nullable PersistenceException suspicion;

    /** Notes damage that a read has met. Returns it, to be thrown. */
    PersistenceException noteRead(PersistenceException found) {
        readCount.incrementAndGet();
        noteFound(found);
        return found;
    }

    /** Notes damage. */
    void noteFound(PersistenceException found) {
        last = found;
        if (found instanceof DamageException damaged && files.add(damaged.path())) {
            LOG.error(
                    "a part of the table is damaged, keys that it has are answered with an error: {}",
                    found.getMessage());
        }
    }

    /** Notes that the damage in a file is gone. */
    void forget(String path) {
        files.remove(path);
    }

    /** Notes that any key may be missing or be an older state of it, and that it is unknown which. */
    void suspectAll(PersistenceException why) {
        noteFound(why);
        suspicion = why;
    }

    /**
     * Throws if the index cannot be trusted.
     *
     * @throws PersistenceException with the reason
     */
    void requireBelievable() {
        PersistenceException why = suspicion;
        if (why != null) {
            throw new PersistenceException(String.valueOf(why.getMessage()), why);
        }
    }

    /** Returns the damage found last, or null. */
    @Nullable
    PersistenceException last() {
        return last;
    }

    /** Returns the number of heap segments in which damage has been found. */
    long segmentCount() {
        return files.stream().filter(DamageLog::isSegment).count();
    }

    /** Returns the number of other files of the table in which damage has been found. */
    long indexFileCount() {
        return files.size() - segmentCount();
    }

    /** Returns the number of reads that were answered with an error. */
    long readCount() {
        return readCount.get();
    }

    private static boolean isSegment(String path) {
        return TableFileNames.heapNumberOf(path.substring(path.lastIndexOf('/') + 1)) >= 0;
    }
}
