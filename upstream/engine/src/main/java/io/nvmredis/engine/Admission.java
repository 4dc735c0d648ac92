package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.access.AclLog.Origin;
import io.nvmredis.engine.access.Denial;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arity;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.commands.OwnCommands;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.spi.Refusal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a session's command may run, and says why not: because of its words, of its client, or of the state
 * of the engine.
 */
final class Admission {
    static final String LOADING = "LOADING Redis is loading the dataset in memory";

    private static final String NOT_IN_TRANSACTION = "ERR Command not allowed inside a transaction";

    private static final String DEBUG_CLOSED =
            "ERR DEBUG command not allowed. If the enable-debug-command option is set to \"local\", you can run it"
                    + " from a local connection, otherwise you need to set this option in the configuration file, and then"
                    + " restart the server.";

    private final Engine engine;
    private final Session session;
    private final SessionState state;
    private final QueuedWords queued;
    private final Subscribed subscribed;

    Admission(Engine engine, Session session, SessionState state, QueuedWords queued, Subscribed subscribed) {
        this.engine = engine;
        this.session = session;
        this.state = state;
        this.queued = queued;
        this.subscribed = subscribed;
    }

    /**
     * Refuses a command: an open transaction that the command was to be part of is marked as failed, and a refused EXEC
     * ends its transaction, or says that it does if there is none, as in Redis.
     */
    private Slice refuse(CommandSpec spec, String error) {
        if (spec.name().equals("exec")) {
            state.transactionMode(false);
            state.tx().clear();
            queued.clear();
            engine.transactions().forgetLater(state);
            String reason = error.startsWith("ERR ") ? error.substring("ERR ".length()) : error;
            return Response.error("EXECABORT Transaction discarded because of: " + reason);
        }
        state.errorTransaction();
        return Response.error(error);
    }

    /** Refuses a command and counts that. */
    Slice reject(CommandSpec spec, List<byte[]> command, String error) {
        Slice reply = refuse(spec, error);
        engine.commandMeter().rejected(spec, command, RawBytes.of(reply));
        return reply;
    }

    /** Returns the error reply of a command that may not run whatever the data are; null if it may run. */
    @Nullable
    Slice refuseMalformed(@Nullable CommandSpec spec, List<byte[]> command) {
        Slice refused = malformed(spec, command);
        if (refused != null) {
            engine.commandMeter().rejected(spec, command, RawBytes.of(refused));
        }
        return refused;
    }

    private @Nullable Slice malformed(@Nullable CommandSpec spec, List<byte[]> command) {
        if (spec == null) {
            state.errorTransaction();
            return Response.error(CommandTable.unknown(command));
        }
        String fault = Arity.fault(spec, command);
        if (fault != null) {
            return refuse(spec, fault);
        }
        if (spec.has(Trait.PROTECTED) && !engine.access().admitsDebug(session.isLocal())) {
            state.errorTransaction();
            return Response.error(DEBUG_CLOSED);
        }
        if (!session.isFree()) {
            String restriction = restriction(spec, command);
            if (restriction != null) {
                return refuse(spec, restriction);
            }
        }
        String refused = subscribed.refusal(spec, state.isResp3());
        if (refused != null) {
            state.errorTransaction();
            return Response.error(refused);
        }
        if (state.isReplica() && (spec.has(Trait.WRITE) || spec.has(Trait.READONLY) || spec.has(Trait.MAY_REPLICATE))) {
            return Response.error("ERR Replica can't interact with the keyspace");
        }
        if (spec.has(Trait.UNLOCKED) && state.isTransactionModeOn() && OwnCommands.find(spec.name()) == null) {
            state.errorTransaction();
            return Response.error(NOT_IN_TRANSACTION);
        }
        return null;
    }

    /** Refuses a command that has waited, if its client may not run it any more; returns null if it may. */
    @Nullable
    Slice refuseForbidden(CommandSpec spec, List<byte[]> command) {
        String restriction = session.isFree() ? null : restriction(spec, command);
        return restriction == null ? null : reject(spec, command, restriction);
    }

    /** Returns why a client that may not do everything may not run a command, and enters it in the log; or null. */
    private @Nullable String restriction(CommandSpec spec, List<byte[]> command) {
        if (session.mustAuthenticate() && !spec.has(Trait.NO_AUTH)) {
            return "NOAUTH Authentication required.";
        }
        if (spec.has(Trait.UNLOCKED) && state.isTransactionModeOn()) {
            return NOT_IN_TRANSACTION;
        }
        Denial denial = session.denial(spec, command);
        if (denial == null) {
            return null;
        }
        session.denied(denial, command, state.isTransactionModeOn() ? Origin.MULTI : Origin.TOPLEVEL);
        return denial.error();
    }

    /** Returns why a command may not run now, or null. The caller holds the engine's lock. */
    @Nullable
    String refusal(CommandSpec spec, List<byte[]> command) {
        if (!engine.loading().isOver() && !spec.has(Trait.LOADING)) {
            return LOADING;
        }
        boolean isExec = spec.name().equals("exec");
        boolean writes = spec.has(Trait.WRITE) || (queued.writes() && isExec);
        if (writes || isExec || spec.has(Trait.READONLY)) {
            String failure = engine.transactions().failure();
            if (failure != null) {
                return failure;
            }
            if (engine.isEnding()) {
                return "ERR the server is shutting down";
            }
        }
        if (spec.has(Trait.TELLS_DISK_ERROR)) {
            return diskError();
        }
        // Only the commands that a script runs show whether it writes.
        return writes && !spec.has(Trait.SCRIPT)
                ? refusalOfWrite(command, QueuedWords.addsData(spec) || (isExec && queued.addsData()))
                : null;
    }

    /** Returns why a client that monitors may not run a command, as a replica of Redis may not; or null. */
    @Nullable
    String refusalToMonitor(CommandSpec spec) {
        return session.outlook().touchesData(spec) && engine.monitors().has(session)
                ? "ERR Replica can't interact with the keyspace"
                : null;
    }

    /** Returns why nothing can be written, or null. Lack of room for more data is not an error of the disk. */
    private @Nullable String diskError() {
        String failure = engine.transactions().failure();
        if (failure != null) {
            return failure;
        }
        Refusal refusal = engine.persister().refusal(0, false);
        return refusal != null && refusal.kind().isFailure() ? ErrorReplies.of(refusal) : null;
    }

    /** Returns why a command may not write now, or null. */
    @Nullable
    String refusalOfWrite(List<byte[]> command, boolean addsData) {
        long bytes = 0;
        for (byte[] word : command) {
            bytes += word.length;
        }
        Refusal refusal = engine.persister().refusal(bytes, addsData);
        if (refusal != null) {
            return ErrorReplies.of(refusal);
        }
        return addsData ? engine.memoryRefusal() : null;
    }
}
