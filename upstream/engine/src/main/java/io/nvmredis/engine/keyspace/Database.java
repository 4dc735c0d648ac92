package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.StringCompatible;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import com.github.fppt.jedismock.storage.RedisBase;
import com.github.fppt.jedismock.storage.RedisConfiguration;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Observed;
import io.nvmredis.engine.value.ObservedHash;
import io.nvmredis.engine.value.StringChanges;
import io.nvmredis.engine.value.Values;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A database of upstream's on a keyspace of ours: it does what upstream's does, and records it.
 *
 * <p>Invariants: an {@link Observed} value is attached to its entry. Between two commands, every value is an {@link Observed}
 * one or an {@link RMString}; no value is stored under two keys; no collection is empty, a stream excepted; the log holds exactly
 * these keys with these values and deadlines. (Unless appending has failed: see {@code Engine}.) Guarded by the engine's lock.
 */
public final class Database extends RedisBase {
    private static final int KEYS_AT_A_TIME = 1_000;

    private final int index;
    private final CommandClock clock;
    private final Recorder recorder;
    private final Statistics statistics;
    private final Snapshots snapshots;
    private final Keys keys = new Keys(this);
    private final Watchers watchers = new Watchers();
    private final Strings strings = new Strings(this);
    private @Nullable Residency residency;
    /** The last transaction that removed a key: who finds a key missing may have seen what it did. */
    private long lastRemovalLsn;

    public Database(
            int index,
            CommandClock clock,
            RedisConfiguration configuration,
            SubscriptionRegistry subscriptions,
            Recorder recorder,
            Statistics statistics) {
        super(clock, configuration, subscriptions, index);
        this.statistics = statistics;
        this.index = index;
        this.clock = clock;
        this.recorder = recorder;
        snapshots = recorder.snapshots();
        recorder.add(this);
    }

    public int index() {
        return index;
    }

    public Recorder recorder() {
        return recorder;
    }

    public Snapshots snapshots() {
        return snapshots;
    }

    Supplier<Clock> clockSupplier() {
        return clock;
    }

    /** From now on what is not in memory is on the cold side. There is nothing in memory yet. */
    public void attach(Residency newResidency) {
        residency = newResidency;
        keys.attach(newResidency);
    }

    /** Its strings, in the forms in which commands read and change them. */
    public Strings strings() {
        return strings;
    }

    /** All there is, expired or not. What is done there is not recorded. */
    public Keys content() {
        return keys;
    }

    /** The entry of a key that is there and has not expired; one that has is removed now. */
    private @Nullable Entry live(Slice key) {
        Entry entry = keys.find(key);
        if (entry == null) {
            recorder.observe(lastRemovalLsn);
        }
        if (entry == null || removedIfOver(entry)) {
            statistics.missed();
            return null;
        }
        statistics.found();
        if (residency != null) {
            residency.used(entry);
        }
        recorder.observe(entry.lsn);
        return entry;
    }

    /** Removes an entry that has expired, or all of whose fields have; returns whether it was such a one. */
    private boolean removedIfOver(Entry entry) {
        boolean isOutdated = isOutdated(entry);
        if (!isOutdated) {
            hydrateFields(entry);
        }
        if (isOutdated || hasLostAllFields(entry)) {
            removeOutdated(entry, isOutdated);
            return true;
        }
        return false;
    }

    /**
     * Reads in a cold hash, for only its fields tell whether they have all expired; but for a big one, which counts as there
     * until somebody needs its fields.
     */
    private void hydrateFields(Entry entry) {
        if (entry.value instanceof ColdValue cold && cold.type() == ValueType.HASH && !cold.isBig()) {
            hydrate(entry);
        }
    }

    private static boolean hasLostAllFields(Entry entry) {
        return entry.value instanceof RMHash hash && hash.isLazilyExpired();
    }

    /** The value of a key, or null, as nobody has asked for it: it is not counted, and what has expired stays. */
    public @Nullable RMDataStructure peek(Slice key) {
        Entry entry = keys.findWithValue(key);
        if (entry == null || isOutdated(entry)) {
            return null;
        }
        hydrate(entry);
        return entry.value;
    }

    private void hydrate(Entry entry) {
        if (residency != null) {
            residency.hydrate(entry);
        }
    }

    /** The entry of a key that is there, with its value in memory. */
    private @Nullable Entry hydrated(Slice key) {
        Entry entry = live(key);
        if (entry != null && entry.value instanceof ColdValue) {
            hydrate(entry);
            // The fields of a big hash may all have expired, which could not be known before.
            return removedIfOver(entry) ? null : entry;
        }
        return entry;
    }

    /** Removes a key if it has expired. */
    public boolean expire(Slice key) {
        Entry entry = keys.find(key);
        if (entry == null || !isOutdated(entry) || !recorder.canRecord()) {
            return false;
        }
        removeOutdated(entry, true);
        return true;
    }

    /** While nothing can be recorded, or a pause keeps the data as they are, the key stays where it is, and is not shown. */
    private void removeOutdated(Entry entry, boolean isExpired) {
        recorder.observe(entry.lsn);
        if (!recorder.removesExpired()) {
            return;
        }
        if (isExpired) {
            watchers.expired(entry.key);
            snapshots.leaveOut(entry);
        } else {
            watchers.changed(entry.key);
        }
        recorder.notCounting(() -> take(entry));
        if (isExpired) {
            statistics.expiredKeys++;
            notifyKeyspaceEvent(KeyspaceEvent.EXPIRED, entry.key);
        }
    }

    boolean isOutdated(Entry entry) {
        return isOutdated(entry.deadline);
    }

    boolean isOutdated(long deadline) {
        return deadline != Entry.NO_DEADLINE && !keepsExpired() && deadline <= lookupMillis();
    }

    /** Whether nothing expires now: see {@link Replay}. */
    boolean keepsExpired() {
        return recorder.keepsExpired();
    }

    /** Whether a key is still there whose deadline has passed. */
    boolean hasExpired(Slice key) {
        Entry entry = keys.find(key);
        return entry != null && isOutdated(entry);
    }

    /** The time of all lookups that the running command makes. */
    long lookupMillis() {
        return clock.lookupMillis();
    }

    private long now() {
        Replay replay = recorder.replay();
        return replay.isOn() ? replay.nowMillis() : clock.millis();
    }

    @Override
    public Clock getClock() {
        Clock replayed = recorder.replay().clock();
        return replayed == null ? clock : replayed;
    }

    @Override
    public @Nullable RMDataStructure getValue(Slice key) {
        Entry entry = hydrated(key);
        recorder.read(entry);
        return entry == null ? null : entry.value;
    }

    /** The string commands work on strings that are changed in place, too. */
    @Override
    public @Nullable RMString getRMString(Slice key) {
        RMDataStructure value = getValue(key);
        if (value instanceof StringCompatible) {
            RMString view = new RMString(value.getAsSlice().data());
            recorder.readAs(view);
            return view;
        }
        return super.getRMString(key);
    }

    /** Throws what is thrown of a damaged key, for a command that is about to change several. */
    public void requireReadable(Slice key) {
        if (residency != null) {
            live(key);
        }
    }

    @Override
    public boolean exists(Slice key) {
        return live(key) != null;
    }

    @Override
    public Slice type(Slice key) {
        Entry entry = live(key);
        return Slice.create(entry == null ? "none" : entry.value.getTypeName());
    }

    @Override
    public Set<Slice> keys() {
        Set<Slice> found = new HashSet<>();
        forEachLiveKey(found::add);
        return found;
    }

    /** Shows every key that has not expired; those that have are removed. */
    public void forEachLiveKey(Consumer<Slice> action) {
        recorder.observeEverything();
        KeyCollector collector = new KeyCollector(this, action);
        for (long cursor = keys.scan(0, KEYS_AT_A_TIME, collector); cursor != 0; ) {
            cursor = keys.scan(cursor, KEYS_AT_A_TIME, collector);
        }
        collector.removeOutdated();
    }

    @Override
    public @Nullable Long getTTL(Slice key) {
        Entry entry = live(key);
        if (entry == null) {
            return null;
        }
        if (entry.deadline == Entry.NO_DEADLINE) {
            return Entry.NO_DEADLINE;
        }
        Replay replay = recorder.replay();
        return replay.isOn() ? replay.timeToLive(entry.deadline) : Math.max(0, entry.deadline - now());
    }

    @Override
    public @Nullable Long getDeadline(Slice key) {
        Entry entry = live(key);
        return entry == null ? null : entry.deadline;
    }

    @Override
    public long setTTL(Slice key, long ttlMillis) {
        return setDeadline(key, ttlMillis + now());
    }

    @Override
    public long setDeadline(Slice key, long deadline) {
        Entry entry = live(key);
        if (entry == null) {
            return 0;
        }
        long previous = entry.deadline;
        changeDeadline(entry, deadline);
        if (deadline >= 0 || previous >= 0) {
            watchers.changed(key);
        }
        return deadline < 0 && previous < 0 ? 0 : 1;
    }

    private void changeDeadline(Entry entry, long deadline) {
        if (entry.deadline == deadline) {
            return;
        }
        keys.setDeadline(entry, deadline);
        if (!entry.recordsChanges()) {
            return;
        }
        if (deadline == Entry.NO_DEADLINE) {
            recorder.effect(entry, Effect.PERSIST, 1);
        } else {
            Effects effect = recorder.effect(entry, Effect.PEXPIREAT, 2);
            if (effect != null) {
                effect.argument(deadline);
            }
        }
    }

    /** As upstream's storage has it: null leaves the deadline, -1 takes it off, anything else counts from now. */
    private void configureTtl(Entry entry, @Nullable Long ttlMillis) {
        if (ttlMillis != null) {
            changeDeadline(entry, ttlMillis == Entry.NO_DEADLINE ? Entry.NO_DEADLINE : ttlMillis + now());
        }
    }

    @Override
    public void putValue(Slice key, RMDataStructure value) {
        putValue(key, value, Entry.NO_DEADLINE);
    }

    @Override
    public void putValueWithoutClearingTtl(Slice key, RMDataStructure value) {
        putValue(key, value, null);
    }

    /** Bytes are bytes: upstream would look whether they are a serialised object. */
    @Override
    public void putSlice(Slice key, Slice value, @Nullable Long ttlMillis) {
        putValue(key, new RMString(RawBytes.of(value)), ttlMillis);
    }

    /**
     * Stores what is another value, which takes the place of the one that was there and of its deadline; or one that was
     * read under this key and has been changed, which leaves the deadline as it is. Upstream's commands do not say which.
     */
    @Override
    public void putValue(Slice key, RMDataStructure value, @Nullable Long ttlMillis) {
        Values.requireKnown(value);
        Entry entry = live(key);
        if (entry == null) {
            add(key, unshared(null, value), ttlMillis);
        } else if (value == entry.value) {
            changedInPlace(entry);
            if (ttlMillis != null && ttlMillis != Entry.NO_DEADLINE) {
                configureTtl(entry, ttlMillis);
            }
        } else if (recorder.isViewOf(entry, value)) {
            replace(entry, value, true);
        } else {
            replace(entry, value, ttlMillis == null);
            configureTtl(entry, ttlMillis);
        }
    }

    private void add(Slice key, RMDataStructure value, @Nullable Long ttlMillis) {
        notifyKeyspaceEvent(KeyspaceEvent.NEW, key);
        Entry entry = keys.add(key, value);
        Values.attach(entry);
        recorder.markFresh(entry);
        configureTtl(entry, ttlMillis);
    }

    /** A collection has recorded what was done to it. */
    private void changedInPlace(Entry entry) {
        snapshots.beforeChange(entry);
        if (entry.value instanceof RMString string) {
            watchers.changed(entry.key);
            if (entry.isFresh) {
                recorder.weighAgain(entry);
            } else if (entry.recordsChanges()) {
                StringChanges.recordAppended(recorder, entry, string);
            }
        }
    }

    private void replace(Entry entry, RMDataStructure value, boolean keepsDeadline) {
        watchers.changed(entry.key);
        RMDataStructure own = unshared(entry, value);
        snapshots.beforeLoss(entry);
        boolean isPatched = keepsDeadline && entry.recordsChanges() && StringChanges.recordPatch(recorder, entry, own);
        detach(entry.value);
        entry.value = own;
        Values.attach(entry);
        if (isPatched) {
            // The next change of it is recorded as one inside this value, and not by an image when the transaction
            // ends.
            Values.makeObserved(entry);
            recorder.weighAgain(entry);
        } else {
            recorder.markFresh(entry);
        }
    }

    /** COPY, MOVE and RENAME store one object under two keys; from here on each key has its own. */
    private RMDataStructure unshared(@Nullable Entry entry, RMDataStructure value) {
        boolean isOwned = value instanceof Observed observed && observed.owner() != null && observed.owner() != entry;
        return isOwned || recorder.hasReadElsewhere(entry, value) || snapshots.holds(value)
                ? Values.copy(value)
                : value;
    }

    /**
     * A field of a hash. The commands that set it leave it without a deadline, as Redis has it, and say null; those that
     * change it say something else, which they mean for the key, whose deadline is none of their business.
     */
    @Override
    public void putSlice(Slice key, Slice field, Slice value, @Nullable Long ttlMillis) {
        Entry entry = hydrated(key);
        if (entry == null) {
            notifyKeyspaceEvent(KeyspaceEvent.NEW, key);
            ObservedHash hash = new ObservedHash(clock);
            entry = keys.add(key, hash);
            hash.attach(entry);
        }
        RMHash changed = hashOf(entry);
        if (ttlMillis == null && changed instanceof ObservedHash observed) {
            observed.putWithoutDeadline(field, value);
        } else {
            changed.put(field, value);
        }
        watchers.changed(key);
    }

    private static RMHash hashOf(Entry entry) {
        if (!(entry.value instanceof RMHash)) {
            entry.value.raiseTypeCastException();
        }
        return (RMHash) entry.value;
    }

    @Override
    public void deleteValue(Slice key) {
        Entry entry = keys.find(key);
        if (entry == null) {
            recorder.observe(lastRemovalLsn);
        } else {
            recorder.observe(entry.lsn);
            watchers.changed(key);
            take(entry);
        }
    }

    /** A field of a hash. */
    @Override
    public void deleteValue(Slice key, Slice field) {
        Entry entry = hydrated(key);
        if (entry == null) {
            return;
        }
        RMHash hash = hashOf(entry);
        if (hash.keyExists(field)) {
            hash.delete(field);
        }
        if (hash.isEmpty()) {
            take(entry);
        }
    }

    @Override
    public void clear() {
        if (keys.count() == 0) {
            recorder.observe(lastRemovalLsn);
            return;
        }
        tellOfRemovalOfAll();
        long count = keys.count();
        keys.clear(entry -> detach(entry.value));
        lastRemovalLsn = recorder.pendingLsn();
        recorder.flushed(this, count);
    }

    private void take(Entry entry) {
        boolean isGoneFromLog = !entry.isFresh && Values.isEmptyCollection(entry.value);
        if (entry.isLogged && !isGoneFromLog) {
            recorder.effect(entry, Effect.DEL, 1);
        }
        drop(entry);
    }

    /** Takes an entry out of the keyspace; the log has nothing under its key any more. */
    void drop(Entry entry) {
        long lsn = recorder.pendingLsn();
        keys.remove(entry, lsn);
        entry.isFresh = false;
        detach(entry.value);
        lastRemovalLsn = lsn;
    }

    static void detach(RMDataStructure value) {
        if (value instanceof Observed observed) {
            observed.attach(null);
        }
    }

    /** Upstream tells this of some of the changes that the recorder sees as well, and of some that change nothing. */
    @Override
    public void markKeyModified(Slice key) {
        watchers.changed(key);
    }

    Watchers watchers() {
        return watchers;
    }

    public void watch(Watch watch) {
        watchers.add(watch);
    }

    void unwatch(Watch watch) {
        watchers.remove(watch);
    }

    private void tellOfRemovalOfAll() {
        watchers.forEach(watch -> {
            if (keys.find(watch.key()) != null) {
                watch.removed();
            }
        });
    }

    /** Puts a value that the log holds under a key, without a deadline and without recording it. */
    Entry load(Slice key, RMDataStructure value) {
        loadRemoval(key);
        Entry entry = keys.add(key, value);
        entry.isLogged = true;
        Values.makeObserved(entry);
        return entry;
    }

    /** Takes a key away that the log has no more; not recorded. */
    public void loadRemoval(Slice key) {
        Entry removed = keys.find(key);
        if (removed != null) {
            watchers.changed(key);
            keys.remove(removed, 0);
        }
    }

    /** Takes all keys away, which the log has no more; not recorded. */
    public void loadRemovalOfAll() {
        tellOfRemovalOfAll();
        keys.clear(entry -> {});
    }
}
