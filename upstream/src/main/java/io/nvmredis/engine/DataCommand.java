package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.exception.WrongValueTypeException;
import com.github.fppt.jedismock.server.Response;
import java.util.List;

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

    /** Runs it; an error is a reply. Holds the engine's lock. */
    default Slice answer(Database database, List<Slice> parameters) {
        try {
            return run(database, new Arguments(parameters));
        } catch (ArgumentException | WrongValueTypeException e) {
            return Response.error(e.getMessage());
        }
    }
}
