package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.List;

/** A command that upstream lacks, or that needs another answer here. */
@FunctionalInterface
interface OwnCommand {

    Slice run(Engine engine, Session session, List<Slice> parameters);

    /** Runs it within a transaction, where it must not wait. */
    default Slice runWithin(Engine engine, Session session, List<Slice> parameters) {
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
}
