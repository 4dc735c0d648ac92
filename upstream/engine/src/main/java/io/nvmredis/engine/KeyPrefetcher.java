package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMString;
import io.nvmredis.engine.catalog.Command;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Keys;
import io.nvmredis.engine.keyspace.Residency;
import io.nvmredis.engine.value.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Loads what commands will look up into the processor's cache before the commands run: the keys of many commands wait
 * for memory together, where otherwise each would wait by itself. With hundreds of thousands of keys that waiting is
 * half of the time that small commands take.
 *
 * <p>Commands are added, and then fetched together. Prefetching changes nothing, and whether it guesses right what a
 * command will look up affects speed alone. A prefetcher belongs to one event loop.
 */
public final class KeyPrefetcher {
    /** Maximum number of commands that are fetched together. */
    public static final int CAPACITY = 64;

    private final CommandEngine engine;
    private final long[] hashes = new long[CAPACITY];
    private final @Nullable Keys[] keys = new Keys[CAPACITY];
    private final @Nullable Entry[] entries = new Entry[CAPACITY];
    private final long[] coldHashes = new long[CAPACITY];
    private int count;

    @SuppressWarnings("UnusedVariable") // Keeps the compiler from leaving out what is only fetched.
    private long fetched;

    KeyPrefetcher(CommandEngine engine) {
        this.engine = engine;
    }

    /** Adds a command that this session will run soon. */
    public void add(CommandSession session, Command command) {
        CommandSpec spec = command.spec();
        if (spec == null
                || spec.firstKey() == 0
                || spec.firstKey() >= command.words().size()
                || count == CAPACITY) {
            return;
        }
        Database database = engine.databases().databaseIfUsed(session.state().getSelected());
        if (database != null) {
            hashes[count] = database.content().hash(command.words().get(spec.firstKey()));
            keys[count++] = database.content();
        }
    }

    /**
     * Fetches what the added commands will look up, unless there is only one command. Called between
     * {@link Engine#tryEnter} and {@link Engine#exit}.
     */
    public void prefetch() {
        if (count > 1) {
            synchronized (engine.databases()) {
                prefetchEntries();
                prefetchContents();
            }
        }
        for (int i = 0; i < count; i++) {
            keys[i] = null;
            entries[i] = null;
        }
        count = 0;
    }

    private void prefetchEntries() {
        for (int i = 0; i < count; i++) {
            Keys here = keys[i];
            entries[i] = here == null ? null : here.resident().first(hashes[i]);
        }
        // The entries are looked at only now that the processor has begun to load all of them.
        for (int i = 0; i < count; i++) {
            Entry entry = entries[i];
            while (entry != null && entry.hash != hashes[i]) {
                entry = entry.next;
            }
            entries[i] = entry;
        }
    }

    private void prefetchContents() {
        int coldCount = 0;
        for (int i = 0; i < count; i++) {
            Entry entry = entries[i];
            Keys here = keys[i];
            if (entry != null) {
                fetched += entry.keyBytes().length + (entry.value instanceof RMString ? 1 : 0);
            } else if (here != null && here.mayHaveColdKeys()) {
                coldHashes[coldCount++] = hashes[i];
            }
        }
        Residency residency = engine.residency();
        if (coldCount > 1 && residency != null) {
            fetched += residency.prefetch(coldHashes, coldCount);
        }
    }
}
