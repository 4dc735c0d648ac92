package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Command whose work takes long and needs no data, between a first and a last step that each are a transaction. A worker
 * runs it; other commands run meanwhile. An instance is one run of the command.
 */
public interface SteppedCommand {
    /** Returns a new run of the command of this name; null if that is not such a command. */
    static @Nullable SteppedCommand of(
            String name, CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return name.equals("migrate") ? new MigrateCommand(engine, session, parameters) : null;
    }

    /** Begins, under the engine's lock; returns the reply if that was all. */
    @Nullable
    Slice begin();

    /** Does the work, without the engine's lock. */
    void work();

    /** Ends, under the engine's lock, and returns the reply. */
    Slice end();

    /** Gives back what {@link #begin} has taken, under the engine's lock. Called however the run has gone, last. */
    void release();
}
