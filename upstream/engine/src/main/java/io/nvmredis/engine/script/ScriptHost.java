package io.nvmredis.engine.script;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Access of a script to the server that runs it. {@link #call} is called on the thread that called {@link
 * ScriptRuntime#run}, the other methods on any thread of the script, one at a time.
 */
public interface ScriptHost {

    /**
     * Runs a command.
     *
     * @param words name and arguments of the command; neither side changes the arrays afterwards
     * @param readOnly whether commands that write are refused
     * @param isResp3 whether the reply shall be in RESP3, and not in RESP2
     * @return the reply, which may be an error
     */
    byte[] call(List<byte[]> words, boolean readOnly, boolean isResp3);

    /** Tells whether the script's own reply shall be in RESP3. */
    boolean repliesInResp3();

    /** Writes a line to the server's log, at a level from {@code redis.LOG_DEBUG} to {@code redis.LOG_WARNING}. */
    void log(int level, String message);

    /** Tells whether the user who runs the script may run this command; null if there is no such command. */
    @Nullable
    Boolean allows(List<byte[]> words);

    /** Tells whether the script is to end now (see {@link ScriptRuntime}). The call is cheap. */
    boolean isToEnd();
}
