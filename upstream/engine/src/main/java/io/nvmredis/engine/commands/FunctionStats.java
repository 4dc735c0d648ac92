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
                bulk("running_script"),
                running == null ? Response.NULL : describe(running),
                bulk("engines"),
                Response.array(
                        bulk("LUA"),
                        Response.array(
                                bulk("libraries_count"),
                                Response.integer(functions.libraryCount()),
                                bulk("functions_count"),
                                Response.integer(functions.functionCount()))));
    }

    private static Slice describe(FunctionCall running) {
        return Response.array(
                bulk("name"),
                bulk(running.name()),
                bulk("command"),
                Response.array(running.command().stream()
                        .map(word -> Response.bulkString(Slice.create(word)))
                        .toList()),
                bulk("duration_ms"),
                Response.integer(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - running.beginNanos())));
    }

    private static Slice bulk(String text) {
        return Response.bulkString(Slice.create(text));
    }
}
