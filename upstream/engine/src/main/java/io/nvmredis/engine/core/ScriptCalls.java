package io.nvmredis.engine.core;

import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.access.AclLog.Origin;
import io.nvmredis.engine.access.Denial;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arity;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.errors.StruckError;
import io.nvmredis.engine.protocol.ReplyShapes;
import io.nvmredis.engine.protocol.Resp3;
import io.nvmredis.engine.script.ScriptHost;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the commands that a running script calls. Called by the thread that runs the script, which holds the engine's
 * lock; {@link #endUnlessWritten} and {@link #endNow} may be called by any thread.
 */
final class ScriptCalls implements ScriptHost {
    private static final Logger LOG = LoggerFactory.getLogger("io.nvmredis.script");

    private static final String UNKNOWN = "ERR Unknown Redis command called from script";

    /** Names of commands that Redis 7.0 does not run in scripts, some of them because of a subcommand. */
    private static final Set<String> REFUSED = Set.of(
            "acl",
            "auth",
            "bgrewriteaof",
            "bgsave",
            "blmove",
            "blpop",
            "brpop",
            "brpoplpush",
            "bzpopmax",
            "bzpopmin",
            "client",
            "cluster",
            "config",
            "debug",
            "discard",
            "eval",
            "eval_ro",
            "evalsha",
            "evalsha_ro",
            "exec",
            "failover",
            "fcall",
            "fcall_ro",
            "function",
            "hello",
            "latency",
            "module",
            "monitor",
            "multi",
            "psubscribe",
            "psync",
            "punsubscribe",
            "quit",
            "replconf",
            "replicaof",
            "reset",
            "role",
            "save",
            "script",
            "shutdown",
            "slaveof",
            "ssubscribe",
            "subscribe",
            "sunsubscribe",
            "sync",
            "unsubscribe",
            "unwatch",
            "wait",
            "waitaof",
            "watch");

    private final CommandSession session;
    private final @Nullable FunctionCall function;
    private boolean hasWritten;
    private volatile boolean isToEnd;
    /** Error that has struck while a command was changing data, which may be half done. */
    private @Nullable Error failure;

    /**
     * Creates the calls of one run.
     *
     * @param function call of the function that runs; null if it is a script
     */
    ScriptCalls(CommandSession session, @Nullable FunctionCall function) {
        this.session = session;
        this.function = function;
    }

    /** Returns the call of the function that runs; null if it is a script. */
    @Nullable
    FunctionCall function() {
        return function;
    }

    @Override
    public byte[] call(List<byte[]> words, boolean readOnly, boolean isResp3) {
        CommandSpec spec = CommandTable.find(words.get(0));
        String refusal = refusal(spec, words, readOnly);
        if (spec == null || refusal != null) {
            return RawBytes.of(Response.error(String.valueOf(refusal)));
        }
        if (spec.has(Trait.WRITE) && !beginWriting()) {
            return RawBytes.of(Response.error("ERR the script is to end"));
        }
        // Checked before the command begins, because running out of stack later is a fault.
        session.state().requireStack();
        // Other clients may have begun to watch keys since the last command.
        session.doWhatIsDue();
        try {
            byte[] reply = RawBytes.of(Objects.requireNonNullElse(session.performAtOnce(spec, words), Response.NULL));
            return isResp3 ? Resp3.convert(reply, ReplyShapes.of(spec, words)) : reply;
        } catch (Error e) {
            if (spec.has(Trait.WRITE)) {
                failure = e;
            }
            throw e;
        }
    }

    @Override
    public boolean repliesInResp3() {
        return session.state().isResp3();
    }

    private @Nullable String refusal(@Nullable CommandSpec spec, List<byte[]> words, boolean readOnly) {
        if (spec == null) {
            return UNKNOWN;
        }
        if (REFUSED.contains(spec.name()) || spec.has(Trait.UNLOCKED)) {
            return "ERR This Redis command is not allowed from script";
        }
        String fault = Arity.fault(spec, words);
        if (fault != null) {
            // To a Redis a subcommand is a command of its own.
            return fault.startsWith(Arity.UNKNOWN_SUBCOMMAND)
                    ? UNKNOWN
                    : "ERR Wrong number of args calling Redis command from script";
        }
        Denial denial = session.denial(spec, words);
        if (denial != null) {
            session.denied(denial, words, Origin.LUA);
            return denial.errorInScript();
        }
        if (readOnly && (spec.has(Trait.WRITE) || spec.has(Trait.MAY_REPLICATE))) {
            return "ERR Write commands are not allowed from read-only scripts.";
        }
        return spec.has(Trait.WRITE) ? session.refusalOfWrite(spec, words) : null;
    }

    /** Tells whether the script may still write, and notes that it does; it cannot be killed any more then. */
    private synchronized boolean beginWriting() {
        if (isToEnd) {
            return false;
        }
        hasWritten = true;
        return true;
    }

    synchronized boolean hasWritten() {
        return hasWritten;
    }

    /** Ends the script unless it has written; returns false if it has. */
    synchronized boolean endUnlessWritten() {
        if (hasWritten) {
            return false;
        }
        isToEnd = true;
        return true;
    }

    /** Ends the script whatever it has done; its changes are not kept then. */
    synchronized void endNow() {
        isToEnd = true;
    }

    /** Ends the calls of a script; throws {@link StruckError} if an error struck while a command was changing data. */
    void finish() {
        Error struck = failure;
        if (struck != null) {
            throw new StruckError(struck);
        }
    }

    @Override
    public void log(int level, String message) {
        log(LOG, level, message);
    }

    static void log(Logger log, int level, String message) {
        switch (level) {
            case 0, 1 -> log.debug("{}", message);
            case 2 -> log.info("{}", message);
            default -> log.warn("{}", message);
        }
    }

    @Override
    public @Nullable Boolean allows(List<byte[]> words) {
        CommandSpec spec = CommandTable.find(words.get(0));
        if (spec == null || (words.size() > 1 && isUnknownSubcommand(spec, words))) {
            return null;
        }
        return session.denial(spec, words) == null;
    }

    private static boolean isUnknownSubcommand(CommandSpec spec, List<byte[]> words) {
        return String.valueOf(Arity.fault(spec, words)).startsWith(Arity.UNKNOWN_SUBCOMMAND);
    }

    @Override
    public boolean isToEnd() {
        return isToEnd;
    }
}
