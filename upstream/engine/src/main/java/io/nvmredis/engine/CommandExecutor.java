package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.operations.CommandFactory;
import com.github.fppt.jedismock.operations.RedisOperation;
import com.github.fppt.jedismock.operations.server.MockExecutor;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.OperationExecutorState;
import io.nvmredis.engine.errors.ErrorReplies;
import java.util.List;

/**
 * Runs or queues a command as upstream's executor does, with two differences: an exception becomes Redis's error, and
 * is not logged with its stack trace each time that a client has caused it.
 */
final class CommandExecutor {
    private CommandExecutor() {}

    static Slice proceed(OperationExecutorState state, String name, List<Slice> parameters) {
        // Upstream's executor opens transactions without the lock, which a script may hold.
        if (name.equals("multi")) {
            return MockExecutor.proceed(state, name, parameters);
        }
        synchronized (state.lock()) {
            try {
                return run(state, name, parameters);
            } catch (RuntimeException e) {
                state.errorTransaction();
                return ErrorReplies.of(name, e);
            }
        }
    }

    private static Slice run(OperationExecutorState state, String name, List<Slice> parameters) {
        RedisOperation ofConnection = CommandFactory.buildOperation(name, false, state, parameters);
        if (ofConnection != null) {
            return ofConnection.execute();
        }
        RedisOperation operation = CommandFactory.buildOperation(name, true, state, parameters);
        if (operation == null) {
            state.errorTransaction();
            return Response.error("ERR unsupported command '" + name + "'");
        }
        if (state.isTransactionModeOn()) {
            state.tx().add(operation);
            return Response.QUEUED;
        }
        return operation.execute();
    }
}
