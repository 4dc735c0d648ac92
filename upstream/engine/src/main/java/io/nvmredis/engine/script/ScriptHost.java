package io.nvmredis.engine.script;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a script can do to the server that runs it. {@link #call} is called on the thread that called {@link
 * ScriptRuntime#run}, the others on any thread of the script's, one at a time.
 */
public interface ScriptHost {

    /**
     * Runs a command.
     *
     * @param words its name and its arguments; the arrays are not changed by either side afterwards
     * @param readOnly whether commands that write are refused
     * @return the reply in RESP 2, errors too
     */
    byte[] call(List<byte[]> words, boolean readOnly);

    /** A line for the server's log, at one of the levels of {@code redis.LOG_DEBUG} to {@code redis.LOG_WARNING}. */
    void log(int level, String message);

    /** Whether the user who runs the script may run this command; null if there is no such command. */
    @Nullable
    Boolean allows(List<byte[]> words);

    /** Whether somebody wants the script to end now: see {@link ScriptRuntime}. Cheap. */
    boolean isToEnd();
}
