package io.nvmredis.engine.core;

import com.github.fppt.jedismock.EngineServer;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.script.CompiledScript;
import io.nvmredis.engine.script.ScriptException;
import io.nvmredis.engine.script.ScriptFlags;
import io.nvmredis.engine.script.ScriptHash;
import io.nvmredis.engine.script.ScriptHost;
import io.nvmredis.engine.script.ScriptRuntime;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The scripts that an engine knows, and the running script or function. The engine's lock guards everything but {@link
 * #kill}, {@link #function}, {@link #busy}, {@link #isRunning} and {@link #endNow}.
 */
public final class Scripts {
    private static final String NOT_BUSY = "NOTBUSY No scripts in execution right now.";
    private static final String UNKILLABLE = "UNKILLABLE Sorry the script already executed write commands against the"
            + " dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN"
            + " NOSAVE command.";
    /** Divisor of a running script's memory for the bound on loaded scripts, and for that on scripts of EVAL. */
    private static final int KEPT_SHARE = 2;

    private final EngineServer server;
    private final ScriptRuntime runtime;
    private final ScriptCache cache;
    private volatile @Nullable ScriptCalls running;

    public Scripts(EngineServer server, long memoryBytes) {
        this.server = server;
        runtime = new ScriptRuntime(memoryBytes);
        cache = new ScriptCache(memoryBytes / KEPT_SHARE);
    }

    public ScriptCache cache() {
        return cache;
    }

    /**
     * Returns the compiled script of this text, which is kept for EVALSHA.
     *
     * @throws ScriptException if the text is not a script, or there is no room for it
     */
    public CompiledScript compiled(byte[] text, boolean isLoaded) throws ScriptException {
        String hash = ScriptHash.of(text);
        CompiledScript known = cache.find(hash);
        CompiledScript script = known == null ? runtime.compile(text, hash) : known;
        if (isLoaded) {
            cache.load(script);
        } else if (known == null) {
            cache.keep(script);
        }
        return script;
    }

    public Slice run(
            CommandSession session,
            CompiledScript script,
            List<byte[]> keys,
            List<byte[]> arguments,
            boolean isReadOnly) {
        return run(
                session,
                null,
                calls -> runtime.run(script, keys, arguments, calls, isReadOnly || script.has(ScriptFlags.NO_WRITES)));
    }

    /**
     * Runs a script or a function, and returns its reply.
     *
     * @param function call of the function; null if it is a script
     */
    Slice run(CommandSession session, @Nullable FunctionCall function, Function<ScriptHost, byte[]> code) {
        ScriptCalls calls = new ScriptCalls(session, function);
        int selected = session.state().getSelected();
        running = calls;
        server.scriptingManager().start();
        try {
            byte[] reply = code.apply(calls);
            calls.finish();
            return Slice.create(reply);
        } finally {
            server.scriptingManager().stop();
            session.state().changeActiveRedisBase(selected);
            synchronized (this) {
                running = null;
                notifyAll();
            }
        }
    }

    /**
     * Carries out {@code SCRIPT KILL} or {@code FUNCTION KILL}: returns when what runs has ended. Any thread that may
     * wait may call this.
     */
    public Slice kill(boolean isFunction) {
        ScriptCalls killed = running;
        if (killed == null) {
            return Response.error(NOT_BUSY);
        }
        boolean isOther = (killed.function() != null) != isFunction;
        if (isOther && !killed.hasWritten()) {
            return Response.error(busy());
        }
        if (!killed.endUnlessWritten()) {
            return Response.error(UNKILLABLE);
        }
        synchronized (this) {
            while (running == killed) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return Response.OK;
                }
            }
        }
        return Response.OK;
    }

    /** Returns the call of the function that runs; null if none does. Any thread may call this. */
    public @Nullable FunctionCall function() {
        ScriptCalls calls = running;
        return calls == null ? null : calls.function();
    }

    /** Returns the error for a client that has to wait for what runs. Any thread may call this. */
    public String busy() {
        return "BUSY Redis is busy running a script. You can only call " + (function() == null ? "SCRIPT" : "FUNCTION")
                + " KILL or SHUTDOWN NOSAVE.";
    }

    /** Tells whether a script runs. Any thread may call this. */
    public boolean isRunning() {
        return server.scriptingManager().isRunning();
    }

    /** Ends the running script, whatever it has done. Returns at once; any thread may call this. */
    public void endNow() {
        ScriptCalls ended = running;
        if (ended != null) {
            ended.endNow();
        }
    }
}
