package io.nvmredis.nvm.table;

import io.nvmredis.nvm.heap.RecordHeader;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows a key as the table will have it after effects that it need not contain yet have been applied. It follows the
 * rules of {@link Table#apply}, and writes nothing. Effects that the table contains are skipped, so the answer is the
 * same however far the writer has come.
 *
 * <p>Two LSNs tell which effects on a key the table contains: the LSN of the key's newest record, and the LSN up to
 * which everything has been applied. The second is needed where a removed key has lost its record, which happens only
 * when that LSN has passed the removal: so it is read before the key is looked up and once more afterwards, and if it
 * has risen, the lookup is repeated.
 *
 * <p>Used by one thread at a time; any number of threads may have one each.
 */
public final class LookAhead {
    private final Table table;
    private final TableCore core;
    private final KeyChange change = new KeyChange();
    private final EffectReader reader = new EffectReader();

    private boolean wasThere;
    private boolean hadDeadline;
    private @Nullable KeyInfo info;
    private @Nullable ValueImage image;
    /** Set if the table already has the key as it will be. */
    private boolean isUpToDate;

    LookAhead(Table table, TableCore core) {
        this.table = table;
        this.core = core;
    }

    /**
     * Looks up a key.
     *
     * @param effects effects on the key, the first of which the table may contain
     * @param flushLsn LSN of a FLUSHDB of the database, before all of the effects, that the table may not contain yet;
     *     or 0
     * @param appliedLsn supplies the LSN up to which the table contains everything; it never falls
     * @param maxStoredBytes most bytes that are read to show a value; a larger value is not shown
     * @param visitor receives the value, or null if it is not wanted
     * @return type, deadline, LSN and size of the key, or null if there will be no such key
     */
    public @Nullable KeyInfo lookup(
            int database,
            byte[] key,
            KeyEffects effects,
            long flushLsn,
            LongSupplier appliedLsn,
            long maxStoredBytes,
            @Nullable ValueVisitor visitor) {
        long valueBytes = visitor == null ? -1 : maxStoredBytes;
        core.damage().requireBelievable();
        int place = core.epochs().enter();
        try {
            long applied = appliedLsn.getAsLong();
            look(core.target(place), database, key, effects, flushLsn, applied, valueBytes);
            while (appliedLsn.getAsLong() != applied) {
                applied = appliedLsn.getAsLong();
                look(core.target(place), database, key, effects, flushLsn, applied, valueBytes);
            }
        } catch (PersistenceException e) {
            throw core.damage().noteRead(e);
        } finally {
            core.epochs().leave(place);
        }
        if (isUpToDate && visitor != null) {
            return table.lookup(database, key, maxStoredBytes, visitor);
        }
        if (image != null && visitor != null) {
            image.accept(visitor);
        }
        image = null;
        return info;
    }

    /** Looks up the key once. The caller is announced to the epochs. */
    private void look(
            Located found,
            int database,
            byte[] key,
            KeyEffects effects,
            long flushLsn,
            long appliedLsn,
            long valueBytes) {
        boolean isFound = core.find(database, key, found);
        RecordHeader header = found.record().header();
        long flushed = Math.max(flushLsn, core.words().publishedFlushLsn(database));
        wasThere = isFound && !header.isTombstone() && header.lsn() >= flushed;
        hadDeadline = wasThere && header.deadline() != ValueImage.NO_DEADLINE;
        image = null;
        long known = Math.max(flushed - 1, isFound ? header.lsn() : 0);
        int from = effects.firstAbove(Math.max(appliedLsn, known));
        if (from < effects.count()) {
            change.compile(wasThere ? header : null, effects, from);
        }
        isUpToDate = wasThere && (from == effects.count() || !change.hasEffect());
        if (from == effects.count() || !change.hasEffect()) {
            info = wasThere ? Table.infoOf(header) : null;
        } else {
            info = outcome(found, effects, from, valueBytes);
        }
    }

    /** Makes the value if it is wanted, or if nothing else tells whether there is one. */
    private @Nullable KeyInfo outcome(Located found, KeyEffects effects, int from, long valueBytes) {
        boolean isNew = change.isReset();
        long storedBytes = isNew ? 0 : found.record().header().chainLength();
        for (int i = from; i < effects.count(); i++) {
            storedBytes += effects.length(i);
        }
        if (!change.needsImage()) {
            if (!change.exists()) {
                return null;
            }
            if (storedBytes > valueBytes) {
                return new KeyInfo(
                        EffectTypes.typeOfCode(change.typeCode()), change.deadline(), lastLsn(effects), storedBytes);
            }
        }
        ValueImage made = isNew ? new ValueImage() : TableCore.image(core.chain(found.record()));
        for (int i = from; i < effects.count(); i++) {
            TableCore.applyAll(made, reader.reset(effects.bytes(i), effects.offset(i), effects.length(i)));
        }
        if (made.type() == null) {
            return null;
        }
        image = storedBytes > valueBytes ? null : made;
        return new KeyInfo(made.type(), made.deadline(), lastLsn(effects), storedBytes);
    }

    private static long lastLsn(KeyEffects effects) {
        return effects.lsn(effects.count() - 1);
    }

    /** Returns whether the table itself had the key at the last lookup, and no FLUSHDB was to follow. */
    public boolean wasThere() {
        return wasThere;
    }

    /** Returns whether the table itself had the key with a deadline at the last lookup. */
    public boolean hadDeadline() {
        return hadDeadline;
    }

    /** Returns whether the table contains a FLUSHDB of this LSN, or a later one. Any thread. */
    public boolean hasFlushed(int database, long flushLsn) {
        return core.words().publishedFlushLsn(database) >= flushLsn;
    }
}
