package io.nvmredis.engine;

import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** What is to be known of the commands that wait for EXEC before they run. Belongs to the session's thread. */
final class QueuedWords {
    /** What a command that waits takes on the heap beyond its words, and what a word takes, roughly. */
    private static final int COMMAND_OVERHEAD = 256;

    private static final int WORD_OVERHEAD = 48;

    private static final Set<String> COUNTING =
            Set.of("bgsave", "dbsize", "flushall", "flushdb", "info", "randomkey", "save");

    private final List<List<byte[]>> commands = new ArrayList<>();
    private boolean writes;
    private boolean mayReplicate;
    private boolean addsData;
    private boolean runsScript;
    private boolean countsKeys;
    private long bytes;

    /**
     * Takes note of a command.
     *
     * @param needsValues whether the values that it needs may have to be read in
     */
    void add(CommandSpec spec, List<byte[]> command, boolean needsValues) {
        bytes += COMMAND_OVERHEAD;
        for (byte[] word : command) {
            bytes += word.length + WORD_OVERHEAD;
        }
        writes |= spec.has(Trait.WRITE);
        mayReplicate |= mayReplicate(spec);
        addsData |= addsData(spec);
        runsScript |= spec.has(Trait.SCRIPT);
        countsKeys |= countsKeys(spec);
        if (needsValues) {
            commands.add(command);
        }
    }

    void clear() {
        commands.clear();
        writes = false;
        mayReplicate = false;
        addsData = false;
        runsScript = false;
        countsKeys = false;
        bytes = 0;
    }

    /** Whether it may change data, or do something that replicas of a Redis would be told of. */
    static boolean mayReplicate(CommandSpec spec) {
        return spec.has(Trait.WRITE) || spec.has(Trait.MAY_REPLICATE);
    }

    /** Whether it has to know how many keys there are. A script may have to, and waits with the engine then. */
    static boolean countsKeys(CommandSpec spec) {
        return COUNTING.contains(spec.name());
    }

    /** A script may do whatever it likes. */
    static boolean addsData(CommandSpec spec) {
        return spec.has(Trait.DENYOOM) || spec.has(Trait.SCRIPT);
    }

    /** Those whose values may have to be read in. */
    List<List<byte[]>> commands() {
        return Collections.unmodifiableList(commands);
    }

    /** Whether one of them may change data. */
    boolean writes() {
        return writes;
    }

    /** Whether one of them {@link #mayReplicate(CommandSpec)}. */
    boolean mayReplicate() {
        return mayReplicate;
    }

    /** Whether one of them may make the data larger. */
    boolean addsData() {
        return addsData;
    }

    /** Whether one of them {@link #countsKeys(CommandSpec)}. */
    boolean countsKeys() {
        return countsKeys;
    }

    boolean runsScript() {
        return runsScript;
    }

    /** What they take. */
    long bytes() {
        return bytes;
    }
}
