package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.RedisBase;
import com.github.fppt.jedismock.storage.RedisConfiguration;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.engine.TestClient;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Values;
import io.nvmredis.engine.value.Weights;
import io.nvmredis.spi.ColdStore;
import io.nvmredis.spi.HashField;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.KeyVisitor;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.errors.PersistenceException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A cold side in memory: databases that nothing is done to but applying transactions, when the test says so. */
public final class ColdMemory implements ColdStore {
    private static final long SEED = 42;

    private final Databases databases;
    private final EffectApplier applier;
    private final EffectReader reader = new EffectReader();
    private final Map<String, Long> lsns = new HashMap<>();
    private final Set<String> damaged = new HashSet<>();
    private long appliedLsn;
    private long containedLsn;
    /** How far a step of a scan goes, as a power of two. */
    public int scanStepBits = 58;
    /** What every value is said to take; 0 for its real size. */
    volatile long storedBytes;

    volatile int finds;
    /** How often it has been asked to apply soon. */
    volatile int hurries;

    volatile int fieldReads;
    public volatile int loads;
    public volatile int scans;
    /** Called by every load, before it looks at the value. */
    volatile Runnable onLoad = () -> {};

    ColdMemory() {
        databases = new Databases(index -> new Database(
                index,
                new RedisConfiguration(),
                new SubscriptionRegistry(),
                new Recorder(new CommandClock(Clock::systemUTC)),
                new Statistics()));
        applier = new EffectApplier(databases);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // Under the engine's lock.
    public void applySoon() {
        hurries++;
    }

    /** Contains the transaction from now on, without saying so. */
    synchronized void contain(long lsn, byte[] transaction) {
        if (lsn != containedLsn + 1) {
            throw new IllegalStateException("transaction " + lsn + " after " + containedLsn);
        }
        containedLsn = lsn;
        applier.apply(lsn, transaction, 0, transaction.length);
        applier.finish();
        int database = 0;
        reader.reset(transaction, 0, transaction.length);
        while (reader.next()) {
            switch (reader.effect()) {
                case SELECT -> database = (int) reader.number(0);
                case FLUSHDB -> {}
                default -> lsns.put(name(database, reader.argument(0)), lsn);
            }
        }
    }

    /** Says that it contains everything up to this transaction. */
    public synchronized void say(long lsn) {
        if (lsn > containedLsn) {
            throw new IllegalStateException("transaction " + lsn + " is not contained yet");
        }
        appliedLsn = Math.max(appliedLsn, lsn);
    }

    public synchronized long containedLsn() {
        return containedLsn;
    }

    synchronized void damage(int database, String key) {
        damaged.add(name(database, TestClient.bytes(key)));
    }

    private static String name(int database, byte[] key) {
        return database + ":" + TestClient.text(key);
    }

    private Keys keys(int database) {
        return databases.database(database).content();
    }

    @Override
    public synchronized long appliedLsn() {
        return appliedLsn;
    }

    @Override
    public synchronized KeyInfo find(int database, byte[] key) {
        finds++;
        requireSound(database, key);
        Entry entry = keys(database).find(Slice.create(key));
        return entry == null ? null : info(entry);
    }

    private void requireSound(int database, byte[] key) {
        if (damaged.contains(name(database, key))) {
            throw new PersistenceException("file f, offset 7: expected 1, found 2");
        }
    }

    private KeyInfo info(Entry entry) {
        ValueType type = ValueType.valueOf(entry.value.getTypeName().toUpperCase(Locale.ROOT));
        return new KeyInfo(
                type,
                entry.deadline,
                lsns.get(name(entry.database, entry.keyBytes())),
                storedBytes == 0 ? Weights.of(entry) : storedBytes);
    }

    @Override
    public KeyInfo load(int database, byte[] key, long maxStoredBytes, ValueVisitor visitor) {
        if (database >= Databases.COUNT) {
            // There are no libraries of functions.
            return null;
        }
        KeyInfo known = find(database, key);
        if (known != null && known.storedBytes() > maxStoredBytes) {
            return known;
        }
        onLoad.run();
        synchronized (this) {
            loads++;
            requireSound(database, key);
            Entry entry = keys(database).find(Slice.create(key));
            if (entry == null) {
                return null;
            }
            KeyInfo info = info(entry);
            if (info.type() == ValueType.STRING) {
                visitor.begin(ValueType.STRING, 1);
                // A copy: what is applied later changes the string in place.
                visitor.string(applier.string(entry).clone());
            } else {
                Values.visit(entry.value, visitor);
            }
            return info;
        }
    }

    @Override
    public synchronized HashField findField(int database, byte[] key, byte[] field, long maxStoredBytes) {
        requireSound(database, key);
        Entry entry = keys(database).find(Slice.create(key));
        if (entry == null || info(entry).type() != ValueType.HASH || info(entry).storedBytes() > maxStoredBytes) {
            return null;
        }
        Map<Slice, Contents.Field> fields = Contents.fields(entry.value);
        if (fields.values().stream().anyMatch(other -> other.deadlineMillis() != ValueVisitor.NO_DEADLINE)) {
            return null;
        }
        fieldReads++;
        Contents.Field found = fields.get(Slice.create(field));
        return new HashField(info(entry), found == null ? null : RawBytes.of(found.value()));
    }

    @Override
    public synchronized long count(int database) {
        return keys(database).count();
    }

    @Override
    public synchronized long deadlineCount(int database) {
        return keys(database).deadlineCount();
    }

    @Override
    public long hash(int database, byte[] key) {
        return KeyHasher.Mixing.hash(SEED + database, key);
    }

    @Override
    public synchronized long scan(long cursor, KeyVisitor visitor) {
        scans++;
        long next = ((cursor >>> scanStepBits) + 1) << scanStepBits;
        List<Entry> shown = new ArrayList<>();
        for (RedisBase base : databases.values()) {
            Database database = (Database) base;
            database.content().resident().forEach(entry -> {
                long hash = hash(database.index(), entry.keyBytes());
                boolean isBefore = Long.compareUnsigned(hash, cursor) < 0;
                if (!isBefore && (next == 0 || Long.compareUnsigned(hash, next) < 0)) {
                    shown.add(entry);
                }
            });
        }
        boolean isSound = true;
        for (Entry entry : shown) {
            if (damaged.contains(name(entry.database, entry.keyBytes()))) {
                isSound = false;
            } else {
                visitor.key(entry.database, entry.keyBytes(), info(entry));
            }
        }
        if (!isSound) {
            throw new PersistenceException("file f, offset 7: expected 1, found 2");
        }
        return next;
    }
}
