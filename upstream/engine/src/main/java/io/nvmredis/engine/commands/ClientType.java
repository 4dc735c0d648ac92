package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import java.util.Locale;

/** Type by which Redis classifies a client. No client of this server is a master. */
enum ClientType {
    NORMAL,
    PUBSUB,
    REPLICA,
    MASTER;

    /**
     * Returns the type of this name, in upper or lower case.
     *
     * @throws ArgumentException if no type has this name
     */
    static ClientType named(Slice name) {
        return switch (name.toString().toLowerCase(Locale.ROOT)) {
            case "normal" -> NORMAL;
            case "pubsub" -> PUBSUB;
            case "replica", "slave" -> REPLICA;
            case "master" -> MASTER;
            default -> throw new ArgumentException("ERR Unknown client type '" + name + "'");
        };
    }

    boolean includes(CommandEngine engine, CommandSession session) {
        if (session.state().isReplica()) {
            return this == REPLICA;
        }
        RedisClient client = session.state().owner();
        boolean isSubscriber = session.maySeeMessages()
                && (engine.server().subscriptionRegistry().getSubscriptionsCount(client) > 0
                        || engine.shardChannels().count(client) > 0);
        return this == (isSubscriber ? PUBSUB : NORMAL);
    }
}
