package io.nvmredis.engine;

import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Summary of the commands that wait for EXEC. Belongs to the session's thread. */
final class QueuedWords {
    /** Approximate heap bytes per waiting command beside its words. */
    private static final int COMMAND_OVERHEAD = 256;

    /** Approximate heap bytes per word beside the word's own bytes. */
    private static final int WORD_OVERHEAD = 48;

    private static final Set<String> COUNTING =
            Set.of("bgsave", "dbsize", "flushall", "flushdb", "info", "memory", "randomkey", "save", "swapdb");

    private final List<List<byte[]>> commands = new ArrayList<>();
    private boolean writes;
    private boolean mayReplicate;
    private boolean addsData;
    private boolean needsWorker;
    private boolean countsKeys;
    private long bytes;

    /**
     * Takes note of a command.
     *
     * @param needsValues whether the values that the command needs may have to be read in
     */
    void add(CommandSpec spec, List<byte[]> command, boolean needsValues) {
        bytes += COMMAND_OVERHEAD;
        for (byte[] word : command) {
            bytes += word.length + WORD_OVERHEAD;
        }
        writes |= spec.has(Trait.WRITE);
        mayReplicate |= mayReplicate(spec);
        addsData |= addsData(spec);
        needsWorker |= spec.has(Trait.SCRIPT) || spec.has(Trait.UNLOCKED);
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
        needsWorker = false;
        countsKeys = false;
        bytes = 0;
    }

    /** Tells whether a command does something that a CLIENT PAUSE of writes holds back. */
    static boolean mayReplicate(CommandSpec spec) {
        return spec.has(Trait.WRITE) || spec.has(Trait.MAY_REPLICATE);
    }

    /**
     * Tells whether a command needs the number of keys. A script may need it too, and then waits while it holds the
     * engine.
     */
    static boolean countsKeys(CommandSpec spec) {
        return COUNTING.contains(spec.name());
    }

    /** Tells whether a command may make the data larger; a script may do anything. */
    static boolean addsData(CommandSpec spec) {
        return spec.has(Trait.DENYOOM) || spec.has(Trait.SCRIPT);
    }

    /** Returns the commands whose values may have to be read in. */
    List<List<byte[]>> commands() {
        return Collections.unmodifiableList(commands);
    }

    /** Tells whether one of the commands may change data. */
    boolean writes() {
        return writes;
    }

    /** Tells whether {@link #mayReplicate(CommandSpec)} holds for one of the commands. */
    boolean mayReplicate() {
        return mayReplicate;
    }

    /** Tells whether one of the commands may make the data larger. */
    boolean addsData() {
        return addsData;
    }

    /** Tells whether {@link #countsKeys(CommandSpec)} holds for one of the commands. */
    boolean countsKeys() {
        return countsKeys;
    }

    /** Tells whether one of the commands may run for long, so that no event loop may run them. */
    boolean needsWorker() {
        return needsWorker;
    }

    /** Returns the approximate heap bytes that the commands take. */
    long bytes() {
        return bytes;
    }
}
