package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.ShardChannels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SSUBSCRIBE, SUNSUBSCRIBE and SPUBLISH. Each channel is acknowledged by a reply of its own, as upstream's are. */
final class ShardCommands {
    private ShardCommands() {}

    static Slice ssubscribe(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        if (session.state().isInTransaction()) {
            return Response.error("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client");
        }
        RedisClient client = session.state().owner();
        for (Slice channel : parameters) {
            acknowledge(client, "ssubscribe", channel, engine.shardChannels().add(channel, client));
        }
        return Response.SKIP;
    }

    static Slice sunsubscribe(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        RedisClient client = session.state().owner();
        ShardChannels shards = engine.shardChannels();
        List<Slice> channels = parameters.isEmpty() ? shards.channelsOf(client) : parameters;
        for (Slice channel : channels) {
            acknowledge(client, "sunsubscribe", channel, shards.remove(channel, client));
        }
        if (channels.isEmpty()) {
            acknowledge(client, "sunsubscribe", null, 0);
        }
        return Response.SKIP;
    }

    private static void acknowledge(RedisClient client, String command, @Nullable Slice channel, int count) {
        Slice reply = Response.array(
                Response.bulkString(Slice.create(command)), Response.bulkString(channel), Response.integer(count));
        client.sendResponse(reply, command);
    }

    static Slice spublish(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return Response.integer(engine.shardChannels().publish(parameters.get(0), parameters.get(1)));
    }
}
