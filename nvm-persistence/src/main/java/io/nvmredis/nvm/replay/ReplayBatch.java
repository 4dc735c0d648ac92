package io.nvmredis.nvm.replay;

import io.nvmredis.nvm.format.TableDescriptor;
import io.nvmredis.nvm.log.LogReader;
import io.nvmredis.nvm.pmem.NoSpaceException;
import io.nvmredis.nvm.table.KeyEffects;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.errors.PersistenceException;
import org.jspecify.annotations.Nullable;

/**
 * Batch of whole transactions that are applied together: their effects by database and key, without those that later
 * ones make superfluous. One thread.
 *
 * <p><b>Why keys may be applied in another order than they were changed.</b> Effects on one key stay in order, and no
 * effect reads another key. A reader of the table in between sees, of each key, one of its states; only the applied LSN
 * promises that all keys have the state of one moment.
 *
 * <p><b>FLUSHDB</b> is applied before all other effects of the batch: effects on the same database before it are
 * dropped, those after it have LSNs that the flush does not remove, and other databases are not affected.
 *
 * <p><b>Applying again</b>, after a crash or where there was no room, does no harm: each key knows the LSN up to which
 * it contains effects. A transaction is never split among batches, so all its effects on a key are given together,
 * under its LSN.
 */
final class ReplayBatch {
    /** Number of keys whose buckets and records are prefetched together. */
    private static final int PREFETCHED_KEYS = 64;

    private final Table table;
    private final @Nullable KeyGroups[] groups = new KeyGroups[TableDescriptor.PLACE_COUNT];
    private final long[] flushLsns = new long[TableDescriptor.PLACE_COUNT];
    private final EffectReader reader = new EffectReader();
    private final KeyEffects keyEffects = new KeyEffects();
    private boolean isEmpty = true;
    private long effectCount;
    private long supersededCount;
    private @Nullable NoSpaceException shortage;

    /** Creates an empty batch of effects on a table. */
    ReplayBatch(Table table) {
        this.table = table;
    }

    boolean isEmpty() {
        return isEmpty;
    }

    /** Returns the number of effects added since the batch was last cleared, superfluous ones included. */
    long effectCount() {
        return effectCount;
    }

    /** Returns how many of these effects later ones have made superfluous. */
    long supersededCount() {
        return supersededCount;
    }

    /** Adds the transaction that a reader has read. */
    void add(LogReader log) {
        isEmpty = false;
        byte[] bytes = log.bytes();
        int start = log.offset();
        int database = 0;
        reader.reset(bytes, start, log.length());
        while (reader.next()) {
            int end = EffectEnds.of(reader, bytes, start);
            effectCount++;
            switch (reader.effect()) {
                case SELECT -> {
                    database = database(reader);
                    effectCount--;
                }
                case FLUSHDB -> flush(database, log.lsn());
                default -> addEffect(database, log.lsn(), bytes, start, end);
            }
            start = end;
        }
    }

    private void addEffect(int database, long lsn, byte[] bytes, int start, int end) {
        Effect effect = reader.effect();
        boolean replaces = effect == Effect.SET || effect == Effect.DEL;
        int keyOffset = reader.offset(0);
        int keyLength = reader.length(0);
        long hash = table.hash(database, bytes, keyOffset, keyLength);
        supersededCount += group(database).add(hash, lsn, bytes, keyOffset, keyLength, start, end - start, replaces);
    }

    /** Returns the database of the SELECT that a reader has read. */
    static int database(EffectReader reader) {
        long database = reader.number(0);
        if (database < 0 || database >= TableDescriptor.PLACE_COUNT) {
            throw new PersistenceException("SELECT " + database + " in the log, where there are "
                    + TableDescriptor.DATABASE_COUNT + " databases");
        }
        return (int) database;
    }

    private KeyGroups group(int database) {
        KeyGroups group = groups[database];
        if (group == null) {
            group = new KeyGroups();
            groups[database] = group;
        }
        return group;
    }

    private void flush(int database, long lsn) {
        KeyGroups group = groups[database];
        if (group != null) {
            supersededCount += group.effectCount();
            group.clear();
        }
        flushLsns[database] = lsn;
    }

    /**
     * Applies all effects for which there is room, and publishes them. If there is no room for one key, there may be
     * room for the next: a key that is removed, or becomes smaller, makes room.
     *
     * @param givesWay whether the thread yields now and then, because there is no hurry
     * @return the failure to find room for some keys, or null: then all effects are durable and visible
     */
    @Nullable
    NoSpaceException apply(boolean givesWay) {
        shortage = null;
        try {
            for (int database = 0; database < groups.length; database++) {
                if (flushLsns[database] > 0) {
                    table.flush(database, flushLsns[database]);
                }
            }
            for (int database = 0; database < groups.length; database++) {
                KeyGroups group = groups[database];
                if (group != null) {
                    applyKeys(database, group, givesWay);
                }
            }
            table.publish();
        } catch (NoSpaceException e) {
            shortage = e;
        }
        return shortage;
    }

    @SuppressWarnings("ThreadPriorityCheck") // A hint to the scheduler; nothing relies on it.
    private void applyKeys(int database, KeyGroups group, boolean givesWay) {
        for (int from = 0; from < group.keyCount(); from += PREFETCHED_KEYS) {
            int to = Math.min(from + PREFETCHED_KEYS, group.keyCount());
            table.prefetch(group.hashes(), from, to);
            for (int i = from; i < to; i++) {
                applyKey(database, group, i);
            }
            if (givesWay) {
                // With few processors, a client would otherwise wait until this thread's time slice ends, for
                // milliseconds.
                Thread.yield();
            }
        }
    }

    private void applyKey(int database, KeyGroups group, int index) {
        keyEffects.reset();
        group.copyEffects(index, keyEffects);
        try {
            table.apply(
                    group.hashes()[index],
                    database,
                    group.keyBytes(index),
                    group.keyOffset(index),
                    group.keyLength(index),
                    keyEffects);
        } catch (NoSpaceException e) {
            shortage = e;
        }
    }

    /** Removes all transactions. */
    void clear() {
        for (int database = 0; database < groups.length; database++) {
            KeyGroups group = groups[database];
            if (group != null) {
                group.clear();
            }
            flushLsns[database] = 0;
        }
        keyEffects.reset();
        isEmpty = true;
        effectCount = 0;
        supersededCount = 0;
    }
}
