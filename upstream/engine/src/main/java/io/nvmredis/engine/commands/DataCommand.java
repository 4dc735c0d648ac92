package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.exception.WrongValueTypeException;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.keyspace.Database;

/**
 * Command that needs nothing but a database and its words, wherever it comes from: a client, EXEC, a script, another
 * server.
 *
 * <p>It reads all its words, and checks the types of all its keys, before it changes anything: a command that answers
 * an error has changed nothing.
 */
@FunctionalInterface
interface DataCommand {

    /**
     * Runs the command.
     *
     * @return the reply
     * @throws ArgumentException with the error that is the reply
     * @throws WrongValueTypeException if a key holds a value of another type than this command needs
     */
    Slice run(Database database, Arguments arguments);

    /** Returns this command for the database of a session. {@link OwnCommand#answered} makes its errors replies. */
    default OwnCommand asOwn() {
        return (engine, session, parameters) -> run(session.database(), new Arguments(parameters));
    }
}
