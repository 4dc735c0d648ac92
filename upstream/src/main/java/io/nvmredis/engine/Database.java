package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMBitMap;
import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.StringCompatible;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import com.github.fppt.jedismock.storage.OperationExecutorState;
import com.github.fppt.jedismock.storage.RedisBase;
import com.github.fppt.jedismock.storage.RedisConfiguration;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.spi.Effect;
import io.nvmredis.spi.Effects;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A database of upstream's on a keyspace of ours: it does what upstream's does, and records it.
 *
 * <p>Invariants, between two commands: every value is an {@link Observed} one attached to its entry, or an
 * {@link RMString}; no value is stored under two keys; no collection is empty, a stream excepted; the log holds exactly
 * these keys with these values and deadlines. (Unless appending has failed: see {@link Engine}.) Guarded by the engine's lock.
 */
final class Database extends RedisBase {
    /** Below this, a changed string is written whole: the effect that says where it differs would save nothing. */
    private static final int MIN_PATCHED_LENGTH = 64;

    private final int index;
    private final Supplier<Clock> clockSupplier;
    private final Recorder recorder;
    private final Map<Slice, Entry> entries = new HashMap<>();
    private final Map<Slice, Set<OperationExecutorState>> watchers = new HashMap<>();
    /** Entries that have a deadline. */
    private int deadlineCount;
    /** The last transaction that removed a key: who finds a key missing may have seen what it did. */
    private long lastRemovalLsn;

    Database(
            int index,
            Supplier<Clock> clockSupplier,
            RedisConfiguration configuration,
            SubscriptionRegistry subscriptions,
            Recorder recorder) {
        super(clockSupplier, configuration, subscriptions, index);
        this.index = index;
        this.clockSupplier = clockSupplier;
        this.recorder = recorder;
    }

    int index() {
        return index;
    }

    Recorder recorder() {
        return recorder;
    }

    Supplier<Clock> clockSupplier() {
        return clockSupplier;
    }

    /** Keys, those included that have expired and that nobody has looked for since. */
    int size() {
        return entries.size();
    }

    int deadlineCount() {
        return deadlineCount;
    }

    /** Every entry, expired ones included. */
    Collection<Entry> entries() {
        return entries.values();
    }

    // --- Reading. ---

    /** The entry of a key that is there and has not expired; one that has is removed now. */
    private @Nullable Entry live(Slice key) {
        Entry entry = entries.get(key);
        if (entry == null) {
            recorder.observe(lastRemovalLsn);
            return null;
        }
        boolean isOutdated = isOutdated(entry);
        if (isOutdated || (entry.value instanceof RMHash hash && hash.isLazilyExpired())) {
            removeOutdated(entry, isOutdated);
            return null;
        }
        recorder.observe(entry.lsn);
        return entry;
    }

    /** While nothing can be recorded the key stays where it is, and is not shown. */
    private void removeOutdated(Entry entry, boolean isExpired) {
        recorder.observe(entry.lsn);
        if (!recorder.canRecord()) {
            return;
        }
        keyChanged(entry.key);
        remove(entry);
        if (isExpired) {
            notifyKeyspaceEvent(KeyspaceEvent.EXPIRED, entry.key);
        }
    }

    private boolean isOutdated(Entry entry) {
        return entry.deadline != Entry.NO_DEADLINE && entry.deadline <= now();
    }

    private long now() {
        return clockSupplier.get().millis();
    }

    @Override
    public @Nullable RMDataStructure getValue(Slice key) {
        Entry entry = live(key);
        recorder.read(entry);
        return entry == null ? null : entry.value;
    }

    /** The string commands work on bitmaps and HyperLogLogs too, as they are strings in Redis. */
    @Override
    public @Nullable RMString getRMString(Slice key) {
        RMDataStructure value = getValue(key);
        if (value instanceof StringCompatible) {
            return new RMString(value.getAsSlice().data());
        }
        return super.getRMString(key);
    }

    /** One of ours, also where there is none yet, because upstream's loses the first bit of each byte it grows by. */
    @Override
    public RMBitMap getBitMap(Slice key) {
        RMDataStructure value = getValue(key);
        if (value == null) {
            return new ObservedBitMap();
        }
        if (value instanceof RMString string) {
            return new ObservedBitMap(RawBytes.of(string));
        }
        return super.getBitMap(key);
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
        recorder.observeEverything();
        Set<Slice> keys = new HashSet<>();
        List<Entry> expired = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (isOutdated(entry)) {
                expired.add(entry);
            } else {
                keys.add(entry.key);
            }
        }
        expired.forEach(entry -> removeOutdated(entry, true));
        return keys;
    }

    // --- Deadlines. ---

    @Override
    public @Nullable Long getTTL(Slice key) {
        Entry entry = live(key);
        if (entry == null) {
            return null;
        }
        return entry.deadline == Entry.NO_DEADLINE ? Entry.NO_DEADLINE : entry.deadline - now();
    }

    @Override
    public @Nullable Long getDeadline(Slice key) {
        Entry entry = live(key);
        return entry == null ? null : entry.deadline;
    }

    @Override
    public long setTTL(Slice key, long ttlMillis) {
        keyChanged(key);
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
        return deadline < 0 && previous < 0 ? 0 : 1;
    }

    private void changeDeadline(Entry entry, long deadline) {
        if (entry.deadline == deadline) {
            return;
        }
        assignDeadline(entry, deadline);
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

    /** Sets the deadline of an entry of this database; not recorded. */
    void assignDeadline(Entry entry, long deadline) {
        countDeadline(entry, -1);
        entry.deadline = deadline;
        countDeadline(entry, 1);
    }

    private void countDeadline(Entry entry, int change) {
        if (entry.deadline != Entry.NO_DEADLINE) {
            deadlineCount += change;
        }
    }

    /** As upstream's storage has it: null leaves the deadline, -1 takes it off, anything else counts from now. */
    private void configureTtl(Entry entry, @Nullable Long ttlMillis) {
        if (ttlMillis != null) {
            changeDeadline(entry, ttlMillis == Entry.NO_DEADLINE ? Entry.NO_DEADLINE : ttlMillis + now());
        }
    }

    // --- Writing. ---

    @Override
    public void putValue(Slice key, RMDataStructure value) {
        putValue(key, value, Entry.NO_DEADLINE);
    }

    @Override
    public void putValueWithoutClearingTtl(Slice key, RMDataStructure value) {
        putValue(key, value, null);
    }

    @Override
    public void putSlice(Slice key, Slice value, @Nullable Long ttlMillis) {
        putValue(key, value.extract(), ttlMillis);
    }

    @Override
    public void putValue(Slice key, RMDataStructure value, @Nullable Long ttlMillis) {
        Values.requireKnown(value);
        keyChanged(key);
        Entry entry = live(key);
        if (entry == null) {
            notifyKeyspaceEvent(KeyspaceEvent.NEW, key);
            entry = new Entry(this, key, unshared(null, value));
            entries.put(key, entry);
            recorder.markFresh(entry);
        } else {
            store(entry, value, ttlMillis == null);
        }
        configureTtl(entry, ttlMillis);
    }

    private void store(Entry entry, RMDataStructure value, boolean keepsDeadline) {
        if (value == entry.value) {
            if (value instanceof RMString string && entry.recordsChanges()) {
                recordAppended(entry, string);
            }
            return;
        }
        RMDataStructure own = unshared(entry, value);
        boolean isPatched = keepsDeadline && entry.recordsChanges() && recordPatch(entry, own);
        detach(entry.value);
        entry.value = own;
        if (!isPatched) {
            recorder.markFresh(entry);
        }
    }

    /** COPY, MOVE and RENAME store one object under two keys; from here on each key has its own. */
    private RMDataStructure unshared(@Nullable Entry entry, RMDataStructure value) {
        boolean isOwned = value instanceof Observed observed && observed.owner() != null && observed.owner() != entry;
        return isOwned || recorder.hasReadElsewhere(entry, value) ? Values.copy(value) : value;
    }

    /** APPEND adds to upstream's string in place and stores it again. */
    private void recordAppended(Entry entry, RMString string) {
        int added = string.size() - entry.loggedLength;
        if (HyperLogLogFormat.mayBeOne(RawBytes.of(string))) {
            recorder.markFresh(entry);
        } else if (added > 0) {
            Effects effect = recorder.effect(entry, Effect.APPEND, 2);
            if (effect != null) {
                effect.argument(RawBytes.of(string), entry.loggedLength, added);
            }
            entry.loggedLength = string.size();
        }
    }

    /** A string changed in a part of it, as by SETRANGE: records that part. False if it is better written whole. */
    private boolean recordPatch(Entry entry, RMDataStructure changed) {
        if (!(entry.value instanceof RMString before) || !(changed instanceof RMString after)) {
            return false;
        }
        byte[] old = RawBytes.of(before);
        byte[] bytes = RawBytes.of(after);
        if (bytes.length < MIN_PATCHED_LENGTH || bytes.length < old.length || HyperLogLogFormat.mayBeOne(bytes)) {
            return false;
        }
        int from = Arrays.mismatch(old, bytes);
        if (from < 0) {
            return true;
        }
        int to = endOfDifference(old, bytes, from);
        if (to - from > bytes.length / 2) {
            return false;
        }
        Effects effect = recorder.effect(entry, Effect.SETRANGE, 3);
        if (effect != null) {
            effect.argument((long) from).argument(bytes, from, to - from);
        }
        entry.loggedLength = bytes.length;
        return true;
    }

    private static int endOfDifference(byte[] old, byte[] bytes, int from) {
        int to = bytes.length;
        if (old.length == bytes.length) {
            while (to > from && old[to - 1] == bytes[to - 1]) {
                to--;
            }
        }
        return to;
    }

    /** A field of a hash. */
    @Override
    public void putSlice(Slice key, Slice field, Slice value, @Nullable Long ttlMillis) {
        keyChanged(key);
        Entry entry = live(key);
        if (entry == null) {
            notifyKeyspaceEvent(KeyspaceEvent.NEW, key);
            ObservedHash hash = new ObservedHash(clockSupplier);
            entry = new Entry(this, key, hash);
            hash.attach(entry);
            entries.put(key, entry);
        }
        hashOf(entry).put(field, value);
        configureTtl(entry, ttlMillis);
    }

    private static RMHash hashOf(Entry entry) {
        if (!(entry.value instanceof RMHash)) {
            entry.value.raiseTypeCastException();
        }
        return (RMHash) entry.value;
    }

    // --- Removing. ---

    @Override
    public void deleteValue(Slice key) {
        keyChanged(key);
        Entry entry = entries.get(key);
        if (entry == null) {
            recorder.observe(lastRemovalLsn);
        } else {
            recorder.observe(entry.lsn);
            remove(entry);
        }
    }

    /** A field of a hash. */
    @Override
    public void deleteValue(Slice key, Slice field) {
        keyChanged(key);
        Entry entry = live(key);
        if (entry == null) {
            return;
        }
        RMHash hash = hashOf(entry);
        if (hash.keyExists(field)) {
            hash.delete(field);
        }
        if (hash.isEmpty()) {
            remove(entry);
        }
    }

    @Override
    public void clear() {
        if (entries.isEmpty()) {
            recorder.observe(lastRemovalLsn);
            return;
        }
        for (Entry entry : entries.values()) {
            if (!isOutdated(entry)) {
                keyChanged(entry.key);
            }
            entry.isRemoved = true;
            detach(entry.value);
        }
        entries.clear();
        deadlineCount = 0;
        lastRemovalLsn = recorder.pendingLsn();
        recorder.flushed(this);
    }

    private void remove(Entry entry) {
        boolean isGoneFromLog = !entry.isFresh && Values.isEmptyCollection(entry.value);
        if (entry.isLogged && !isGoneFromLog) {
            recorder.effect(entry, Effect.DEL, 1);
        }
        drop(entry);
    }

    /** Takes an entry out of the keyspace; the log has nothing under its key any more. */
    void drop(Entry entry) {
        entries.remove(entry.key);
        countDeadline(entry, -1);
        entry.isRemoved = true;
        entry.isFresh = false;
        detach(entry.value);
        lastRemovalLsn = recorder.pendingLsn();
    }

    private static void detach(RMDataStructure value) {
        if (value instanceof Observed observed) {
            observed.attach(null);
        }
    }

    // --- Watched keys. ---

    private void keyChanged(Slice key) {
        if (!watchers.isEmpty()) {
            markKeyModified(key);
        }
    }

    @Override
    public void markKeyModified(Slice key) {
        Set<OperationExecutorState> watching = watchers.get(key);
        if (watching != null) {
            watching.forEach(OperationExecutorState::watchedKeyIsAffected);
        }
    }

    @Override
    public void watch(OperationExecutorState state, Slice key) {
        watchers.computeIfAbsent(key, k -> new HashSet<>()).add(state);
    }

    @Override
    public void unwatchSingleKey(OperationExecutorState state, Slice key) {
        Set<OperationExecutorState> watching = watchers.get(key);
        if (watching != null && watching.remove(state) && watching.isEmpty()) {
            watchers.remove(key);
        }
    }

    /** Nobody stays behind who watched from a connection that is gone. */
    void unwatchAll(OperationExecutorState state) {
        watchers.values().removeIf(watching -> watching.remove(state) && watching.isEmpty());
    }

    // --- Loading: what the log holds, applied without being recorded. ---

    /** The entry of a key, expired or not, without looking at the clock. */
    @Nullable
    Entry find(Slice key) {
        return entries.get(key);
    }

    /** Puts a value that the log holds under a key, without a deadline. */
    Entry load(Slice key, RMDataStructure value) {
        Entry entry = new Entry(this, key, value);
        entry.isLogged = true;
        Values.settle(entry);
        Entry replaced = entries.put(key, entry);
        if (replaced != null) {
            countDeadline(replaced, -1);
            replaced.isRemoved = true;
        }
        return entry;
    }

    void loadRemoval(Slice key) {
        Entry removed = entries.remove(key);
        if (removed != null) {
            countDeadline(removed, -1);
            removed.isRemoved = true;
        }
    }

    void loadRemovalOfAll() {
        entries.values().forEach(entry -> entry.isRemoved = true);
        entries.clear();
        deadlineCount = 0;
    }
}
