package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.operations.RedisOperation;
import com.github.fppt.jedismock.server.Response;
import java.util.List;

/**
 * A command that runs within another, a transaction for instance: it passes the guard when its turn comes, and whatever
 * it ends with is its own reply, so that the others run.
 *
 * @param parameters the very list that the operation was made with
 */
record GuardedOperation(
        Session session, CommandGuard guard, CommandSpec spec, List<Slice> parameters, RedisOperation operation)
        implements RedisOperation {

    @Override
    public Slice execute() {
        Slice reply = ErrorReplies.normalised(spec.name(), run());
        guard.replied(reply.length());
        return reply;
    }

    private Slice run() {
        try {
            String refusal = guard.refusal(spec, parameters, session.database());
            return refusal == null ? operation.execute() : Response.error(refusal);
        } catch (RuntimeException e) {
            return ErrorReplies.of(spec.name(), e);
        } catch (Error e) {
            guard.failed(e);
            throw e;
        }
    }
}
