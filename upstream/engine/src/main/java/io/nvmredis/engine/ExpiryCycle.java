package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.errors.DamagedKeyException;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Databases;
import io.nvmredis.engine.keyspace.DeadlineList;
import io.nvmredis.engine.keyspace.Keys;
import io.nvmredis.engine.keyspace.Residency;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes keys that have expired though no command asks for them, in memory or not, as Redis does: {@link #HZ} times
 * per second it looks at some of the keys that have a deadline, and goes on for as long as many of them have passed
 * their deadline, up to a quarter of the time.
 *
 * <p>No key is removed while clients wait because of CLIENT PAUSE.
 *
 * <p>Keys in memory that have a deadline are listed, and looked at a few at a time under the engine's lock. Keys that
 * the cold side alone holds are found by walking through the cold side without the lock; while few of them have
 * expired, that takes one hundredth of the time. Nothing is done where no key has a deadline, while a script runs,
 * while the persister takes no transactions, or while {@code DEBUG SET-ACTIVE-EXPIRE 0} is in force.
 *
 * <p>One thread runs the cycle.
 */
public final class ExpiryCycle {
    /** Number of calls of {@link #run} per second. */
    public static final int HZ = 10;

    private static final Logger LOG = LoggerFactory.getLogger(ExpiryCycle.class);

    /** Nanoseconds that one run may take: a quarter of the time from one run to the next. */
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1) / HZ / 4;
    /** Nanoseconds per run that the walk through the cold side may take even if it finds few expired keys. */
    private static final long MIN_COLD_NANOS = TimeUnit.SECONDS.toNanos(1) / HZ / 100;
    /** Number of entries that are looked at per acquisition of the lock: some microseconds of work. */
    private static final int ENTRIES_AT_A_TIME = 32;
    /** The cycle goes on while at least one entry per this many has expired. */
    private static final int WORTHWHILE_PARTS = 10;
    /** Low bits of a cursor that the walk skips after a damaged place: up to 2^48 places of 2^64. */
    private static final int DAMAGE_STRIDE_BITS = 48;

    private final Engine engine;
    private final int[] residentCursors = new int[Databases.COUNT];
    private long coldCursor;
    private long expiredInThisRun;
    private boolean hasToldOfDamage;

    /** A key of a database that has expired, as the cold side shows it. */
    private record Expired(int database, Slice key) {}

    public ExpiryCycle(Engine engine) {
        this.engine = engine;
    }

    /** Removes some of the keys that have expired; returns their number. */
    public long run() {
        expiredInThisRun = 0;
        long startNanos = System.nanoTime();
        engine.commandMeter().sample(startNanos, engine.context().networkFigures());
        engine.statistics().tick((int)
                TimeUnit.NANOSECONDS.toSeconds(startNanos - engine.context().startNanos()));
        if (!engine.expiresInBackground()) {
            return 0;
        }
        boolean isStopped = false;
        for (int index = 0; index < Databases.COUNT && isWithin(startNanos, MAX_NANOS); index++) {
            int database = index;
            while (!isStopped && underLock(() -> expireResident(database))) {
                // The last slice was worthwhile, so another one would follow.
                isStopped = !isWithin(startNanos, MAX_NANOS);
            }
        }
        if (isStopped) {
            engine.statistics().expiryStopped();
        }
        expireCold(startNanos);
        engine.commandMeter().latency().took("expire-cycle", System.nanoTime() - startNanos);
        if (expiredInThisRun > 0) {
            engine.persister().requestCommit(engine.persister().lastLsn());
        }
        return expiredInThisRun;
    }

    private static boolean isWithin(long startNanos, long nanos) {
        return System.nanoTime() - startNanos < nanos;
    }

    /** Work under the engine's lock, which returns whether it was worthwhile. */
    private interface Slicing {
        boolean run();
    }

    /** Runs a slice under the engine's lock; returns whether it was worthwhile, false if it cannot run now. */
    private boolean underLock(Slicing slice) {
        if (!engine.loading().isOver() || engine.isBackedUp() || engine.pause().isOn() || !engine.tryEnter()) {
            return false;
        }
        try {
            synchronized (engine.lock()) {
                boolean[] wasWorthwhile = {false};
                engine.transactions().transact(() -> wasWorthwhile[0] = slice.run());
                return wasWorthwhile[0];
            }
        } finally {
            engine.exit();
        }
    }

    /** Walks the list from its end to its beginning, because the last entry replaces an entry that is removed. */
    private boolean expireResident(int index) {
        RedisBase base = engine.databases().get(index);
        if (base == null || !engine.recorder().canRecord()) {
            return false;
        }
        Database database = (Database) base;
        DeadlineList list = database.content().residentDeadlines();
        int cursor = Math.min(residentCursors[index], list.size());
        if (cursor == 0) {
            cursor = list.size();
        }
        int seen = 0;
        int expired = 0;
        for (; cursor > 0 && seen < ENTRIES_AT_A_TIME; seen++) {
            cursor--;
            if (database.expire(list.get(cursor).key)) {
                expired++;
            }
        }
        residentCursors[index] = cursor;
        expiredInThisRun += expired;
        return expired > 0 && expired >= seen / WORTHWHILE_PARTS;
    }

    private void expireCold(long startNanos) {
        Residency residency = engine.residency();
        if (residency == null || !hasColdDeadlines()) {
            return;
        }
        long coldNanos = System.nanoTime();
        long limit = MIN_COLD_NANOS;
        while (isWithin(coldNanos, limit) && isWithin(startNanos, MAX_NANOS)) {
            ColdKeys found = scan(residency);
            if (!found.expired.isEmpty()) {
                underLock(() -> expire(found.expired));
            }
            if (coldCursor == 0) {
                return;
            }
            boolean isWorthwhile = !found.expired.isEmpty() && found.expired.size() >= found.seen / WORTHWHILE_PARTS;
            limit = isWorthwhile ? MAX_NANOS : MIN_COLD_NANOS;
        }
    }

    private boolean hasColdDeadlines() {
        if (engine.isCounting()) {
            return false;
        }
        synchronized (engine.lock()) {
            for (RedisBase base : engine.databases().values()) {
                Keys keys = ((Database) base).content();
                PersistenceException failure = keys.countFailure();
                if (failure != null) {
                    tellOfDamage(failure);
                } else if (keys.deadlineCount() > keys.residentDeadlines().size()) {
                    return true;
                }
            }
            return false;
        }
    }

    private static final class ColdKeys {
        private final List<Expired> expired = new ArrayList<>();
        private int seen;
    }

    private ColdKeys scan(Residency residency) {
        ColdKeys found = new ColdKeys();
        long now = engine.server().getClock().millis();
        try {
            coldCursor = residency.scanUnlocked(coldCursor, (database, key, info) -> {
                found.seen++;
                if (info.deadlineMillis() != Entry.NO_DEADLINE && info.deadlineMillis() <= now) {
                    found.expired.add(new Expired(database, Slice.create(key)));
                }
            });
        } catch (PersistenceException e) {
            tellOfDamage(e);
            long next = ((coldCursor >>> DAMAGE_STRIDE_BITS) + 1) << DAMAGE_STRIDE_BITS;
            coldCursor = next;
        }
        return found;
    }

    private void tellOfDamage(PersistenceException damage) {
        if (!hasToldOfDamage) {
            hasToldOfDamage = true;
            LOG.warn("keys that have expired may stay, because they cannot be read: {}", damage.getMessage());
        }
    }

    /** Removes each key that has still expired: the cold side may lag behind. Always returns false. */
    private boolean expire(List<Expired> keys) {
        for (Expired key : keys) {
            try {
                if (engine.databases().database(key.database).expire(key.key)) {
                    expiredInThisRun++;
                }
            } catch (DamagedKeyException e) {
                LOG.debug("a key that has expired cannot be read", e);
            }
        }
        return false;
    }
}
