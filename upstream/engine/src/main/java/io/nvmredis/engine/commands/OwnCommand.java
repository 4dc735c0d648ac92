package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.exception.WrongValueTypeException;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Command that upstream lacks, or that needs another answer here. */
@FunctionalInterface
public interface OwnCommand {

    Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters);

    /** Runs the command within a transaction or a script, where it must not wait. */
    default Slice runWithin(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return run(engine, session, parameters);
    }

    /** Tells whether this class runs the command with these words; if not, upstream runs it. */
    default boolean handles(List<byte[]> command) {
        return true;
    }

    /** Tells whether the command is queued for EXEC inside MULTI. */
    default boolean isQueued() {
        return true;
    }

    /** Runs a command of this name, and returns its reply, or an error reply if it throws one of upstream's errors. */
    static @Nullable Slice answered(String name, Supplier<@Nullable Slice> command) {
        try {
            return command.get();
        } catch (ArgumentException | IllegalArgumentException | WrongValueTypeException e) {
            return ErrorReplies.of(name, e);
        }
    }
}
