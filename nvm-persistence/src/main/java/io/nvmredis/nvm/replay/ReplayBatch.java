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
 * Whole transactions that are applied together: their effects by database and key, without those that later ones make
 * superfluous. One thread.
 *
 * <p><b>Why keys may be applied in another order than they were changed.</b> Effects on one key stay in order, and no
 * effect reads another key. Whoever sees the table in between sees, of each key, one of its states; that all are those of
 * one moment is only said with the applied LSN.
 *
 * <p><b>FLUSHDB</b> is applied before all other effects of the batch: those on the same database that came before it are
 * dropped, those that came after it are counted as the flush would not, and other databases do not notice.
 *
 * <p><b>Applying again</b>, after a crash or where there was no room, does no harm: each key knows the LSN up to which it
 * contains effects. A transaction is never split among batches, so all that it does to a key comes under its LSN.
 */
final class ReplayBatch {
    /** Keys whose places in the table are fetched together. */
    private static final int PREFETCHED_KEYS = 64;

    private final Table table;
    private final @Nullable KeyGroups[] groups = new KeyGroups[TableDescriptor.DATABASE_COUNT];
    private final long[] flushLsns = new long[TableDescriptor.DATABASE_COUNT];
    private final EffectReader reader = new EffectReader();
    private final KeyEffects keyEffects = new KeyEffects();
    private boolean isEmpty = true;
    private long effectCount;
    private long supersededCount;
    private @Nullable NoSpaceException shortage;

    /** An empty one, of what is to be applied to a table. */
    ReplayBatch(Table table) {
        this.table = table;
    }

    boolean isEmpty() {
        return isEmpty;
    }

    /** Effects taken in, superfluous ones included, since the batch was last cleared. */
    long effectCount() {
        return effectCount;
    }

    /** Those of them that later ones have made superfluous. */
    long supersededCount() {
        return supersededCount;
    }

    /** Takes in the transaction that a reader has read. */
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

    /** The database of a SELECT that a reader stands at. */
    static int database(EffectReader reader) {
        long database = reader.number(0);
        if (database < 0 || database >= TableDescriptor.DATABASE_COUNT) {
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
     * Applies everything that there is room for, and publishes it. Where there is no room for one key, there may be for
     * the next: one that goes, or shrinks, makes room.
     *
     * @param givesWay whether other threads go first now and then: there is no hurry
     * @return what there was no room for, or null: then all of it is durable and visible
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
                // Where processors are few, a client would else wait until this thread's time is up, milliseconds.
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

    /** Makes it empty. */
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
