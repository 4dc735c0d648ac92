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
import io.nvmredis.spi.HashField;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.Effect;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Database of upstream's, on our own keyspace: it does what upstream's database does, and records the changes.
 *
 * <p>Invariants, between two commands: every value is an {@link Observed} or an {@link RMString}; no value is stored
 * under two keys; no collection is empty, except streams; the log holds exactly these keys with these values and
 * deadlines, unless appending has failed (see {@code Engine}). An {@link Observed} value is attached to its entry at
 * all times. Guarded by the engine's lock.
 */
public final class Database extends RedisBase {
    private final int index;
    private final CommandClock clock;
    private final Recorder recorder;
    private final Statistics statistics;
    private final Snapshots snapshots;
    private final Keys keys = new Keys(this);
    private final Watchers watchers;
    private final Strings strings = new Strings(this);
    private final FurtherEvents furtherEvents;
    private @Nullable Residency residency;
    /** LSN of the last transaction that removed a key: a command that does not find a key may have seen its effect. */
    private long lastRemovalLsn;

    public Database(
            int index,
            RedisConfiguration configuration,
            SubscriptionRegistry subscriptions,
            Recorder recorder,
            Statistics statistics) {
        super(recorder.clock(), configuration, subscriptions, index);
        this.statistics = statistics;
        this.index = index;
        this.clock = recorder.clock();
        this.recorder = recorder;
        snapshots = recorder.snapshots();
        watchers = new Watchers(recorder.invalidations());
        furtherEvents = new FurtherEvents(configuration, subscriptions, index);
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

    /** Attaches the cold side, which holds every key that is not in memory. No key is in memory yet. */
    public void attach(Residency newResidency) {
        residency = newResidency;
        keys.attach(newResidency);
    }

    /** Returns the strings of the database, in the forms in which commands read and change them. */
    public Strings strings() {
        return strings;
    }

    public FurtherEvents furtherEvents() {
        return furtherEvents;
    }

    /** Returns all keys, expired or not. Changes made through {@link Keys} are not recorded. */
    public Keys content() {
        return keys;
    }

    /** Returns the entry of a key that exists and has not expired, or null; an expired key is removed. */
    private @Nullable Entry live(Slice key) {
        Entry entry = keys.find(key);
        if (entry == null) {
            recorder.observe(lastRemovalLsn);
        }
        if (entry == null || removedIfOver(entry)) {
            statistics.missed();
            return null;
        }
        statistics.found(entry);
        if (residency != null && statistics.isTouching()) {
            residency.used(entry);
        }
        recorder.observe(entry.lsn);
        return entry;
    }

    /** Removes an entry that has expired or all of whose fields have; returns whether the entry is in such a state. */
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
     * Reads in a cold hash, because only its fields tell whether all of them have expired. A big hash is not read in,
     * and counts as existing until a command needs its fields.
     */
    private void hydrateFields(Entry entry) {
        if (entry.value instanceof ColdValue cold && cold.type() == ValueType.HASH && !cold.isBig()) {
            hydrate(entry);
        }
    }

    private static boolean hasLostAllFields(Entry entry) {
        return entry.value instanceof RMHash hash && hash.isLazilyExpired();
    }

    /** Returns the value of a key, or null, without effects: the lookup does not count, and an expired value stays. */
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

    /** Returns the entry of a key that exists, with its value in memory, or null. */
    private @Nullable Entry hydrated(Slice key) {
        Entry entry = live(key);
        if (entry != null && entry.value instanceof ColdValue) {
            hydrate(entry);
            // Whether the fields of a big hash have all expired is only known now.
            return removedIfOver(entry) ? null : entry;
        }
        return entry;
    }

    /** Removes a key if it has expired and the removal can be recorded; returns whether it was removed. */
    public boolean expire(Slice key) {
        Entry entry = keys.find(key);
        if (entry == null || !isOutdated(entry) || !recorder.canRecord()) {
            return false;
        }
        removeOutdated(entry, true);
        return true;
    }

    /**
     * Removes an expired entry. While nothing can be recorded, or a pause keeps the data as they are, the entry stays
     * and is hidden.
     */
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

    /** Tells whether nothing expires now: see {@link Replay}. */
    boolean keepsExpired() {
        return recorder.keepsExpired();
    }

    /** Tells whether a key still exists although its deadline has passed. */
    boolean hasExpired(Slice key) {
        Entry entry = keys.find(key);
        return entry != null && isOutdated(entry);
    }

    /** Returns the time of all lookups of the running command. */
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

    /** Returns the string of a key, including one in the form that is changed in place. */
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

    /**
     * Returns a field of a hash, or null. A field of a hash that is not in memory is looked up on the cold side where
     * that is better than to read the whole hash in.
     */
    @Override
    public @Nullable Slice getSlice(Slice key, Slice field) {
        HashField cold = keys.findColdField(key, field);
        if (cold == null || isOutdated(cold.hash().deadlineMillis())) {
            return super.getSlice(key, field);
        }
        statistics.found();
        recorder.observe(cold.hash().lsn());
        byte[] value = cold.value();
        return value == null ? null : Slice.create(value);
    }

    /** Throws an error if a key is damaged, for a command that is about to change several keys. */
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

    /** Shows every key that has not expired; expired keys are removed. */
    public void forEachLiveKey(Consumer<Slice> action) {
        recorder.observeEverything();
        new KeyCollector(this, action).collectAll();
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
        if (entry.recordsChanges()) {
            recorder.deadlineChanged(entry);
        }
    }

    /**
     * Changes a deadline as upstream's storage does: null keeps it, -1 removes it, and any other number counts from
     * now.
     */
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

    /** Stores a string. Unlike upstream, this does not look whether the bytes are a serialised object. */
    @Override
    public void putSlice(Slice key, Slice value, @Nullable Long ttlMillis) {
        putValue(key, new RMString(RawBytes.of(value)), ttlMillis);
    }

    /**
     * Stores a value. A new value replaces the previous value and its deadline. A value that was read under this key
     * and then changed keeps the deadline. Upstream's commands do not say which of the two it is.
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
        statistics.used(entry);
        Values.attach(entry);
        recorder.markFresh(entry);
        configureTtl(entry, ttlMillis);
    }

    /**
     * Takes over a change in place. A collection has recorded the change already; of a string the appended bytes are
     * recorded.
     */
    private void changedInPlace(Entry entry) {
        recorder.beforeChange(entry);
        if (entry.value instanceof RMString string) {
            watchers.changed(entry.key);
            if (!entry.isFresh && entry.recordsChanges()) {
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
            // The next change of the value is recorded as one inside it, and not by an image at the end of the
            // transaction.
            Values.makeObserved(entry);
            recorder.weighAgain(entry);
        } else {
            recorder.markFresh(entry);
        }
    }

    /**
     * Returns a value that only this key has. COPY, MOVE and RENAME store one object under two keys; the second key
     * gets a copy.
     */
    private RMDataStructure unshared(@Nullable Entry entry, RMDataStructure value) {
        boolean isOwned = value instanceof Observed observed && observed.owner() != null && observed.owner() != entry;
        return isOwned || recorder.hasReadElsewhere(entry, value) || snapshots.holds(value)
                ? Values.copy(value)
                : value;
    }

    /**
     * Sets a field of a hash. Commands that set the field pass null, and the field loses its deadline, as in Redis.
     * Commands that change the field pass a number, and the field keeps its deadline; the number is meant for the key's
     * deadline, which stays as it is.
     */
    @Override
    public void putSlice(Slice key, Slice field, Slice value, @Nullable Long ttlMillis) {
        Entry entry = hydrated(key);
        if (entry == null) {
            notifyKeyspaceEvent(KeyspaceEvent.NEW, key);
            ObservedHash hash = new ObservedHash(clock);
            entry = keys.add(key, hash);
            statistics.used(entry);
            hash.attach(entry);
        }
        RMHash changed = Values.requireHash(entry.value);
        if (ttlMillis == null && changed instanceof ObservedHash observed) {
            observed.putWithoutDeadline(field, value);
        } else {
            changed.put(field, value);
        }
        watchers.changed(key);
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

    /** Deletes a field of a hash. */
    @Override
    public void deleteValue(Slice key, Slice field) {
        Entry entry = hydrated(key);
        if (entry == null) {
            return;
        }
        RMHash hash = Values.requireHash(entry.value);
        if (hash.keyExists(field)) {
            hash.delete(field);
        }
        if (hash.isEmpty()) {
            take(entry);
        }
    }

    @Override
    public void clear() {
        tellOfRemovalOfAll();
        if (keys.count() == 0) {
            recorder.observe(lastRemovalLsn);
            return;
        }
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

    /** Removes an entry from the keyspace. The log holds nothing under its key any more. */
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

    /**
     * Tells the watchers of a key. Upstream calls this for some of the changes that the recorder sees as well, and for
     * some calls that change nothing.
     */
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
        recorder.invalidations().flushed();
        watchers.forEach(watch -> {
            if (keys.find(watch.key()) != null) {
                watch.removed();
            }
        });
    }

    /** Stores a value that the log holds under a key, without a deadline and without recording it. */
    Entry load(Slice key, RMDataStructure value) {
        loadRemoval(key);
        Entry entry = keys.add(key, value);
        entry.isLogged = true;
        Values.makeObserved(entry);
        return entry;
    }

    /** Removes a key that the log does not hold any more, without recording that. */
    public void loadRemoval(Slice key) {
        recorder.invalidations().changed(key);
        Entry removed = keys.find(key);
        if (removed != null) {
            watchers.changed(key);
            keys.remove(removed, 0);
        }
    }

    /** Removes all keys, which the log does not hold any more, without recording that. */
    public void loadRemovalOfAll() {
        tellOfRemovalOfAll();
        keys.clear(entry -> {});
    }
}
