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
 * The big values that a command needs and the cold side has: read on a worker, without the engine's lock, before the
 * command runs, so that nobody else has to wait meanwhile.
 *
 * <p>First, under the lock, the entries are found and pinned. Then their values are read. Then, under the lock again,
 * each is put in place unless something has changed: an entry that is still in its database with a cold value is the one
 * that was found, and the log holds no other value for it than the one that was read, because a new value would have
 * taken the cold one's place, and a removal, of the key or of all keys, the entry away. Pinned, it is not evicted before
 * the command has run.
 *
 * <p>What is missed here, such as a key that a script makes up, and what is beyond the budget of one command, is read
 * when it is needed. One worker at a time.
 */
public final class BigValues {
    private final Map<Entry, @Nullable ValueBuilder> values = new LinkedHashMap<>();
    private final long budgetBytes;
    private long bytes;

    /**
     * @param budgetBytes that may be read in together; a single value always may
     */
    public BigValues(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    /**
     * Reads in those values of a command's keys that are not big, which it needs anyway; returns whether there is a big one
     * among them. Holds the engine's lock.
     */
    public static boolean readOthers(CommandSpec spec, List<byte[]> command, Database database) {
        if (!database.content().mayHaveColdValues() || !needsValues(spec, command)) {
            return false;
        }
        if (KeyPositions.isSingle(spec)) {
            return command.size() > spec.firstKey() && isBig(find(database, command.get(spec.firstKey())));
        }
        BigValues needed = new BigValues(0);
        needed.add(spec, command, database);
        return !needed.values.isEmpty();
    }

    /** Adds those that a command needs. Holds the engine's lock. */
    public void add(CommandSpec spec, List<byte[]> command, Database database) {
        if (!database.content().mayHaveColdValues() || !needsValues(spec, command)) {
            return;
        }
        KeyPositions.forEach(spec, command, key -> {
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

    /** SET with options may want to return what was there. */
    private static boolean needsValues(CommandSpec spec, List<byte[]> command) {
        return !spec.has(Trait.KEYS_ONLY) || (spec.name().equals("set") && command.size() > 3);
    }

    /** Reads in what is not big, as the command needs it anyway. */
    private static @Nullable Entry find(Database database, byte[] key) {
        try {
            return database.content().findWithValue(Slice.create(key));
        } catch (DamagedKeyException e) {
            // The command comes to it as well, and says so.
            return null;
        }
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Has them stay until {@link #unpin}. Holds the engine's lock. */
    public void pin() {
        values.keySet().forEach(entry -> entry.pins++);
    }

    /** Holds the engine's lock. */
    public void unpin() {
        values.keySet().forEach(entry -> entry.pins--);
    }

    /** What has to be read for them. */
    public long bytes() {
        return bytes;
    }

    /** Reads them. Does not hold the engine's lock. */
    public void read(Residency residency) {
        for (Entry entry : new ArrayList<>(values.keySet())) {
            try {
                values.put(entry, residency.readUnlocked(entry));
            } catch (DamagedKeyException e) {
                values.put(entry, null);
            }
        }
    }

    /** Puts them in place. Holds the engine's lock. */
    public void install(Residency residency) {
        values.forEach((entry, value) -> {
            if (value != null && !entry.isRemoved && entry.value instanceof ColdValue) {
                residency.install(entry, value);
            }
        });
    }
}
