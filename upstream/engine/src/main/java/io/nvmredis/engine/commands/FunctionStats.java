package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.FunctionCall;
import io.nvmredis.engine.core.Functions;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** FUNCTION STATS, which is answered even while a function holds the engine. */
public final class FunctionStats {
    private FunctionStats() {}

    /** Answers under the engine's lock. */
    static Slice of(CommandEngine engine) {
        // The reply reveals how many libraries there are.
        engine.functions().libraries();
        return reply(engine.functions(), null);
    }

    /** Answers while a script or a function runs. Any thread may call this. */
    public static Slice meanwhile(CommandEngine engine) {
        FunctionCall running = engine.scripts().function();
        return running == null && engine.scripts().isRunning()
                ? Response.error(engine.scripts().busy())
                : reply(engine.functions(), running);
    }

    private static Slice reply(Functions functions, @Nullable FunctionCall running) {
        return Response.array(
                TextReplies.text("running_script"),
                running == null ? Response.NULL : describe(running),
                TextReplies.text("engines"),
                Response.array(
                        TextReplies.text("LUA"),
                        Response.array(
                                TextReplies.text("libraries_count"),
                                Response.integer(functions.libraryCount()),
                                TextReplies.text("functions_count"),
                                Response.integer(functions.functionCount()))));
    }

    private static Slice describe(FunctionCall running) {
        return Response.array(
                TextReplies.text("name"),
                TextReplies.text(running.name()),
                TextReplies.text("command"),
                Response.array(running.command().stream()
                        .map(word -> Response.bulkString(Slice.create(word)))
                        .toList()),
                TextReplies.text("duration_ms"),
                Response.integer(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - running.beginNanos())));
    }
}
