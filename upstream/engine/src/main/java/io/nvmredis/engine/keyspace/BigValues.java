package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.KeyPositions;
import io.nvmredis.engine.errors.DamagedKeyException;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.ValueBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Big values on the cold side that a command needs. A worker reads them before the command runs, without the engine's
 * lock, so that no other command waits meanwhile.
 *
 * <p>First, under the lock, the entries are found and pinned. Then their values are read. Then, under the lock again,
 * each value is installed unless something has changed. This is correct: an entry that is still in its database with a
 * cold value is the entry that was found, and the log holds no other value for it than the one that was read, because a
 * new value would have replaced the cold one, and a removal of the key or of all keys would have removed the entry. A
 * pinned entry is not evicted before the command has run.
 *
 * <p>A value that is missed here, such as that of a key that a script makes up, or that exceeds the budget of one
 * command, is read when the command needs it. One worker at a time.
 */
public final class BigValues {
    private final Map<Entry, @Nullable ValueBuilder> values = new LinkedHashMap<>();
    private final long budgetBytes;
    private long bytes;

    /**
     * Creates an empty set of values.
     *
     * @param budgetBytes maximum number of bytes to be read in together; a single value may always be read
     */
    public BigValues(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    /**
     * Reads in the values of a command's keys that are not big, because the command needs them anyway, unless it needs
     * one field alone; returns whether the command also needs a big value on the cold side. The caller holds the engine's lock.
     */
    public static boolean readOthers(CommandSpec spec, List<byte[]> command, Database database) {
        if (!database.content().mayHaveColdValues() || !needsValues(spec, command)) {
            return false;
        }
        if (spec.has(Trait.ONE_FIELD)) {
            return command.size() > spec.firstKey() && isBigAndCold(database, command.get(spec.firstKey()));
        }
        if (KeyPositions.isSingle(spec)) {
            return command.size() > spec.firstKey() && isBig(find(database, command.get(spec.firstKey())));
        }
        BigValues needed = new BigValues(0);
        needed.add(spec, command, database);
        return !needed.values.isEmpty();
    }

    /** Adds the big values that a command needs. The caller holds the engine's lock. */
    public void add(CommandSpec spec, List<byte[]> command, Database database) {
        if (!database.content().mayHaveColdValues() || !needsValues(spec, command)) {
            return;
        }
        KeyPositions.forEach(spec, command, key -> {
            if (spec.has(Trait.ONE_FIELD) && !isBigAndCold(database, key)) {
                return;
            }
            Entry entry = find(database, key);
            if (entry != null && entry.value instanceof ColdValue cold && cold.isBig() && isWithinBudget(entry, cold)) {
                bytes += values.containsKey(entry) ? 0 : cold.storedBytes();
                values.put(entry, null);
            }
        });
    }

    private boolean isWithinBudget(Entry entry, ColdValue cold) {
        return values.isEmpty() || values.containsKey(entry) || bytes + cold.storedBytes() <= budgetBytes;
    }

    private static boolean isBig(@Nullable Entry entry) {
        return entry != null && entry.value instanceof ColdValue cold && cold.isBig();
    }

    private static boolean isBigAndCold(Database database, byte[] key) {
        try {
            return database.content().isBigAndCold(Slice.create(key));
        } catch (DamagedKeyException e) {
            // The command meets the damaged key as well, and reports it.
            return false;
        }
    }

    /** Tells whether a command needs the values of its keys. SET with options may have to return the previous value. */
    private static boolean needsValues(CommandSpec spec, List<byte[]> command) {
        return !spec.has(Trait.KEYS_ONLY) || (spec.name().equals("set") && command.size() > 3);
    }

    /**
     * Returns the entry of a key, or null, and reads in its value unless it is big, because the command needs it
     * anyway.
     */
    private static @Nullable Entry find(Database database, byte[] key) {
        try {
            return database.content().findWithValue(Slice.create(key));
        } catch (DamagedKeyException e) {
            // The command meets the damaged key as well, and reports it.
            return null;
        }
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Pins the entries in memory until {@link #unpin}. The caller holds the engine's lock. */
    public void pin() {
        values.keySet().forEach(entry -> entry.pins++);
    }

    /** Releases the entries. The caller holds the engine's lock. */
    public void unpin() {
        values.keySet().forEach(entry -> entry.pins--);
    }

    /** Returns the number of bytes to be read for the values. */
    public long bytes() {
        return bytes;
    }

    /** Reads the values. The caller does not hold the engine's lock. */
    public void read(Residency residency) {
        for (Entry entry : new ArrayList<>(values.keySet())) {
            try {
                values.put(entry, residency.readUnlocked(entry));
            } catch (DamagedKeyException e) {
                values.put(entry, null);
            }
        }
    }

    /** Installs the values that were read. The caller holds the engine's lock. */
    public void install(Residency residency) {
        values.forEach((entry, value) -> {
            if (value != null && !entry.isRemoved && entry.value instanceof ColdValue) {
                residency.install(entry, value);
            }
        });
    }
}
