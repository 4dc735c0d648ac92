package io.nvmredis.engine;

import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.Command;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.core.SessionState;
import java.util.List;

/**
 * Tells what a command would do if a session ran it now, as a part of a transaction or by itself. Used by the thread
 * that runs the session's commands.
 */
final class Outlook {
    private final SessionState state;
    private final QueuedWords queued;

    Outlook(SessionState state, QueuedWords queued) {
        this.state = state;
        this.queued = queued;
    }

    /** Returns where this command is to run: on a worker if it may wait or run for long. */
    Route route(Command command) {
        CommandSpec spec = command.spec();
        return spec != null && needsWorker(spec, command.words()) ? Route.WORKER : Route.LOOP;
    }

    private boolean needsWorker(CommandSpec spec, List<byte[]> command) {
        if (isScriptKill(spec, command)) {
            return true;
        }
        if (spec.has(Trait.UNLOCKED)) {
            return !state.isTransactionModeOn();
        }
        if (state.isTransactionModeOn()) {
            return spec.name().equals("exec") && queued.needsWorker();
        }
        return spec.has(Trait.SCRIPT);
    }

    /** Tells SCRIPT KILL and FUNCTION KILL. */
    static boolean isScriptKill(CommandSpec spec, List<byte[]> command) {
        return (spec.name().equals("script") || spec.name().equals("function"))
                && command.size() > 1
                && Words.equalsIgnoreCase(command.get(1), "kill");
    }

    /** Tells whether this command would change data if it ran now, so that it has to wait while the log has no room. */
    boolean writes(Command command) {
        CommandSpec spec = command.spec();
        if (spec == null) {
            return false;
        }
        return state.isTransactionModeOn() ? queued.writes() && spec.name().equals("exec") : spec.has(Trait.WRITE);
    }

    /** Tells whether this command would need the number of keys if it ran now: see {@link Engine#isCounting}. */
    boolean countsKeys(Command command) {
        CommandSpec spec = command.spec();
        if (spec == null) {
            return false;
        }
        return state.isTransactionModeOn()
                ? queued.countsKeys() && spec.name().equals("exec")
                : QueuedWords.countsKeys(spec);
    }

    /** Tells whether this command reads or changes data, as far as a client that monitors may not do that. */
    boolean touchesData(CommandSpec spec) {
        return spec.has(Trait.READONLY)
                || QueuedWords.mayReplicate(spec)
                || (spec.name().equals("exec") && queued.mayReplicate());
    }

    /** Tells whether this command, if it ran now, would do something that a CLIENT PAUSE of writes holds back. */
    boolean mayReplicate(Command command) {
        CommandSpec spec = command.spec();
        if (spec == null) {
            return false;
        }
        return state.isTransactionModeOn()
                ? queued.mayReplicate() && spec.name().equals("exec")
                : QueuedWords.mayReplicate(spec);
    }
}
