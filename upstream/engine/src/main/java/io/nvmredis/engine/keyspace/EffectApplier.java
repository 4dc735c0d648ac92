package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMList;
import com.github.fppt.jedismock.datastructures.RMSet;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.GrowingBytes;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.KeyPositions;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.ObservedHash;
import io.nvmredis.engine.value.ObservedList;
import io.nvmredis.engine.value.ObservedSet;
import io.nvmredis.engine.value.ObservedSortedSet;
import io.nvmredis.engine.value.ObservedStream;
import io.nvmredis.engine.value.Values;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.LibraryEffects;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Applies effects to the databases, as {@link io.nvmredis.spi.effects.Effect} describes each of them, without a clock
 * and without recording.
 *
 * <p>One thread, before the engine serves clients.
 */
public final class EffectApplier implements TransactionSink {
    private final Databases databases;
    private final EffectReader reader = new EffectReader();
    /** Strings that are changed in place; kept as ordinary values they would be copied at each change. */
    private final Map<Entry, Growing> growing = new HashMap<>();

    private Database database;
    /** Whether effects are {@link LibraryEffects}. */
    private boolean isAtLibraries;

    /**
     * The bytes of a string, and the value from which they were taken; they are out of date if the entry has another
     * value.
     */
    private record Growing(GrowingBytes bytes, RMDataStructure value) {
        boolean isOf(Entry entry) {
            return !entry.isRemoved && entry.value == value;
        }
    }

    public EffectApplier(Databases databases) {
        this.databases = databases;
        database = databases.database(0);
    }

    @Override
    public void apply(long lsn, byte[] bytes, int offset, int length) {
        select(0);
        reader.reset(bytes, offset, length);
        try {
            while (reader.next()) {
                applyEffect();
            }
        } catch (PersistenceException e) {
            throw new PersistenceException("transaction " + lsn + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new PersistenceException(
                    "transaction " + lsn + ": " + reader.effect()
                            + (reader.argumentCount() == 0 ? "" : " of '" + Words.excerpt(reader.argument(0)) + "'")
                            + " cannot be applied: " + e.getMessage(),
                    e);
        }
    }

    private void select(int index) {
        isAtLibraries = index == LibraryEffects.DATABASE;
        if (!isAtLibraries) {
            database = databases.database(index);
        }
    }

    private void applyEffect() {
        if (isAtLibraries && reader.effect() != Effect.SELECT) {
            applyToLibraries();
            return;
        }
        switch (reader.effect()) {
            case SELECT -> select(Math.toIntExact(reader.number(0)));
            case FLUSHDB -> database.loadRemovalOfAll();
            case DEL -> database.loadRemoval(key());
            case PEXPIREAT -> setDeadline(reader.number(1));
            case PERSIST -> setDeadline(Entry.NO_DEADLINE);
            case SET, APPEND, SETRANGE -> applyToString();
            case RPUSH, LPUSH, RPOP, LPOP, LSET, LTRIM -> applyToList();
            case SADD, SREM -> applyToSet();
            case HSET, HDEL, HPEXPIREAT -> applyToHash();
            case ZADD, ZREM -> applyToSortedSet();
            case XADD, XDEL, XTRIM, XSETID, XGROUP, XCLAIM, XACK ->
                StreamApplier.apply(reader, value(ObservedStream.class, ObservedStream::new), database.getClock());
        }
    }

    private void applyToLibraries() {
        LibraryCodes libraries = databases.libraries();
        switch (reader.effect()) {
            case HSET -> {
                for (int i = 1; i + 1 < reader.argumentCount(); i += 2) {
                    libraries.put(reader.text(i), reader.argument(i + 1));
                }
            }
            case HDEL -> {
                for (int i = 1; i < reader.argumentCount(); i++) {
                    libraries.remove(reader.text(i));
                }
            }
            case DEL -> libraries.clear();
            default -> throw new IllegalArgumentException("libraries of functions have no such effect");
        }
    }

    private Slice key() {
        return slice(0);
    }

    private Slice slice(int argument) {
        return Slice.create(reader.argument(argument));
    }

    private void setDeadline(long deadline) {
        Entry entry = database.content().find(key());
        if (entry != null) {
            database.content().setDeadline(entry, deadline);
        }
    }

    private void applyToString() {
        Slice key = key();
        Entry entry = database.content().find(key);
        switch (reader.effect()) {
            case SET -> database.load(key, new RMString(reader.argument(1)));
            case APPEND -> {
                GrowingBytes bytes = growing(key, entry);
                write(bytes, bytes.length(), 1);
            }
            default -> write(growing(key, entry), Math.toIntExact(reader.number(1)), 2);
        }
    }

    private GrowingBytes growing(Slice key, @Nullable Entry entry) {
        Entry target = entry == null ? database.load(key, new RMString()) : entry;
        Growing known = growing.get(target);
        if (known == null || !known.isOf(target)) {
            known = new Growing(new GrowingBytes(bytesOf(target.value)), target.value);
            growing.put(target, known);
        }
        return known.bytes();
    }

    private static byte[] bytesOf(RMDataStructure value) {
        return RawBytes.of(value.getAsSlice());
    }

    /** Returns a string as the log has it, byte for byte. */
    byte[] string(Entry entry) {
        Growing known = growing.get(entry);
        return known == null || !known.isOf(entry)
                ? bytesOf(entry.value)
                : known.bytes().toByteArray();
    }

    private void write(GrowingBytes bytes, int offset, int argument) {
        bytes.write(offset, reader.bytes(), reader.offset(argument), reader.length(argument));
    }

    /**
     * Gives strings their final form. Must be called when the last transaction has been applied; more may be applied
     * afterwards.
     */
    public void finish() {
        growing.forEach(EffectApplier::finish);
        growing.clear();
    }

    /** Gives those strings their final form that a command, which is not an effect, is about to see. */
    public void finishFor(CommandSpec spec, List<byte[]> words, Database where) {
        if (growing.isEmpty()) {
            return;
        }
        if (spec.firstKey() == 0 || spec.has(Trait.SCRIPT) || spec.name().equals("sort")) {
            finish();
            return;
        }
        KeyPositions.forEach(spec, words, key -> {
            Entry entry = where.content().find(Slice.create(key));
            Growing known = entry == null ? null : growing.remove(entry);
            if (entry != null && known != null) {
                finish(entry, known);
            }
        });
    }

    private static void finish(Entry entry, Growing known) {
        if (known.isOf(entry)) {
            entry.value = new RMString(known.bytes().toByteArray());
            Values.makeObserved(entry);
        }
    }

    /** Returns the value of the key, which is made if there is none. */
    private <T extends RMDataStructure> T value(Class<T> type, Supplier<T> maker) {
        Slice key = key();
        Entry entry = database.content().find(key);
        RMDataStructure value = entry == null ? database.load(key, maker.get()).value : entry.value;
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("the key '" + key + "' holds a " + value.getTypeName());
        }
        return type.cast(value);
    }

    private void removeIfEmpty() {
        Slice key = key();
        Entry entry = database.content().find(key);
        if (entry != null && Values.isEmptyCollection(entry.value)) {
            database.loadRemoval(key);
        }
    }

    private void applyToList() {
        List<Slice> list = value(RMList.class, ObservedList::new).getStoredData();
        switch (reader.effect()) {
            case RPUSH -> {
                for (int i = 1; i < reader.argumentCount(); i++) {
                    list.add(slice(i));
                }
            }
            case LPUSH -> {
                for (int i = 1; i < reader.argumentCount(); i++) {
                    list.add(0, slice(i));
                }
            }
            case RPOP -> list.remove(list.size() - 1);
            case LPOP -> list.remove(0);
            case LSET -> list.set(index(list, 1), slice(2));
            default -> trim(list, reader.number(1), reader.number(2));
        }
        removeIfEmpty();
    }

    private int index(List<Slice> list, int argument) {
        long index = reader.number(argument);
        return Math.toIntExact(index < 0 ? index + list.size() : index);
    }

    private static void trim(List<Slice> list, long start, long stop) {
        int size = list.size();
        long from = Math.max(0, start < 0 ? start + size : start);
        long to = Math.min(size, (stop < 0 ? stop + size : stop) + 1);
        if (from >= to) {
            list.clear();
            return;
        }
        list.subList((int) to, size).clear();
        list.subList(0, (int) from).clear();
    }

    private void applyToSet() {
        RMSet set = value(RMSet.class, ObservedSet::new);
        for (int i = 1; i < reader.argumentCount(); i++) {
            switch (reader.effect()) {
                case SADD -> set.getStoredData().add(slice(i));
                default -> set.getStoredData().remove(slice(i));
            }
        }
        removeIfEmpty();
    }

    private void applyToHash() {
        ObservedHash hash = value(ObservedHash.class, () -> new ObservedHash(database.clockSupplier()));
        switch (reader.effect()) {
            case HSET -> {
                for (int i = 1; i + 1 < reader.argumentCount(); i += 2) {
                    Slice field = slice(i);
                    hash.put(field, slice(i + 1));
                    hash.storeDeadline(field, Entry.NO_DEADLINE);
                }
            }
            case HDEL -> {
                for (int i = 1; i < reader.argumentCount(); i++) {
                    hash.delete(slice(i));
                }
            }
            default -> {
                for (int i = 4; i < reader.argumentCount(); i++) {
                    hash.storeDeadline(slice(i), reader.number(1));
                }
            }
        }
        removeIfEmpty();
    }

    private void applyToSortedSet() {
        RMZSet sortedSet = value(RMZSet.class, ObservedSortedSet::new);
        switch (reader.effect()) {
            case ZADD -> {
                for (int i = 1; i + 1 < reader.argumentCount(); i += 2) {
                    sortedSet.put(slice(i + 1), reader.score(i));
                }
            }
            default -> {
                for (int i = 1; i < reader.argumentCount(); i++) {
                    sortedSet.remove(slice(i));
                }
            }
        }
        removeIfEmpty();
    }
}
