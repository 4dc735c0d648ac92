package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.operations.RedisOperation;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.access.AclLog.Origin;
import io.nvmredis.engine.access.Denial;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command that waits for EXEC. */
record QueuedCommand(Engine engine, Session session, CommandSpec spec, List<byte[]> words) implements RedisOperation {

    /** Runs the command within EXEC. An error is the command's reply, and the other commands of the transaction run. */
    @Override
    public Slice execute() {
        int pushCount = engine.transactions().pushes().count();
        Slice reply = run();
        // Upstream writes some replies to the connection by itself.
        return reply == null || reply.equals(Response.SKIP)
                ? engine.transactions().pushes().take(session, pushCount)
                : Slice.create(session.inProtocol(spec, words, RawBytes.of(reply)));
    }

    private @Nullable Slice run() {
        Denial denial = session.denial(spec, words);
        if (denial != null) {
            session.denied(denial, words, Origin.MULTI);
            return Response.error(denial.errorInExec());
        }
        try {
            return session.performAtOnce(spec, words);
        } catch (RuntimeException e) {
            return engine.transactions().failed(e, spec.has(Trait.WRITE));
        }
    }
}
