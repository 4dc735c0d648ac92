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

/** A command that upstream lacks, or that needs another answer here. */
@FunctionalInterface
public interface OwnCommand {

    Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters);

    /** Runs it within a transaction, where it must not wait. */
    default Slice runWithin(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return run(engine, session, parameters);
    }

    /** Whether it is this command's with these words; if not, upstream runs it. */
    default boolean handles(List<byte[]> command) {
        return true;
    }

    /** Whether it waits for EXEC inside MULTI. */
    default boolean isQueued() {
        return true;
    }

    /** What a command of this name replies, or, if it has thrown one of upstream's errors, that. */
    static @Nullable Slice answered(String name, Supplier<@Nullable Slice> command) {
        try {
            return command.get();
        } catch (ArgumentException | IllegalArgumentException | WrongValueTypeException e) {
            return ErrorReplies.of(name, e);
        }
    }
}
