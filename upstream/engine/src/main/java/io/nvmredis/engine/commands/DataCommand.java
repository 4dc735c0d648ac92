package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.exception.WrongValueTypeException;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;

/**
 * A command that needs nothing but a database and its words, wherever it comes from: a client, EXEC, a script, another
 * server.
 *
 * <p>It reads all its words, and looks at the types of all its keys, before it changes anything: one that answers an error
 * has changed nothing.
 */
@FunctionalInterface
interface DataCommand {

    /**
     * Runs it.
     *
     * @return the reply
     * @throws ArgumentException with the error that is the reply
     * @throws WrongValueTypeException if a key holds a value that is not for this command
     */
    Slice run(Database database, Arguments arguments);

    /** The same, for a session's database. Errors are those of {@link OwnCommand#answered}. */
    default OwnCommand asOwn() {
        return (engine, session, parameters) -> run(session.database(), new Arguments(parameters));
    }
}
