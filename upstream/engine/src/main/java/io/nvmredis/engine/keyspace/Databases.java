package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.spi.DataSet;
import java.util.HashMap;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Databases by their number, made when first used. Upstream uses this map as the engine's lock and asks it for
 * databases with {@link #computeIfAbsent}; it gets our databases.
 */
public final class Databases extends HashMap<Integer, RedisBase> {
    public static final int COUNT = DataSet.DATABASE_COUNT;

    private static final long serialVersionUID = 1L;

    private final transient IntFunction<Database> factory;
    /** The same databases by their number, in an array, because each command looks one up. */
    private final transient @Nullable Database[] made = new Database[COUNT];

    private final transient LibraryCodes libraries = new LibraryCodes();

    public Databases(IntFunction<Database> factory) {
        this.factory = factory;
    }

    public Database database(int index) {
        checkIndex(index);
        Database database = made[index];
        if (database == null) {
            database = (Database) super.computeIfAbsent(index, factory::apply);
            made[index] = database;
        }
        return database;
    }

    /** Returns the libraries of functions, which are a part of the data set and of no database. */
    public LibraryCodes libraries() {
        return libraries;
    }

    /** Returns the database of this number, or null if it has not been used. */
    public @Nullable Database databaseIfUsed(int index) {
        return made[index];
    }

    @Override
    public RedisBase computeIfAbsent(Integer index, Function<? super Integer, ? extends RedisBase> upstreams) {
        return database(index);
    }

    public static void checkIndex(int index) {
        if (index < 0 || index >= COUNT) {
            throw new IllegalArgumentException("ERR DB index is out of range");
        }
    }
}
