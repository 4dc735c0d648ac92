package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules for a connection that has a subscription. In RESP3 it may run all commands, and a ping is answered as any. */
public final class SubscriberRules {
    private static final Set<String> ALLOWED = Set.of(
            "subscribe",
            "psubscribe",
            "ssubscribe",
            "unsubscribe",
            "punsubscribe",
            "sunsubscribe",
            "ping",
            "quit",
            "reset");

    private SubscriberRules() {}

    public static boolean subscribes(CommandSpec spec) {
        return spec.name().endsWith("subscribe") && !spec.name().endsWith("unsubscribe");
    }

    /** Returns why a subscriber may not run this command, or null if it may. */
    public static @Nullable String refusal(CommandSpec spec) {
        return ALLOWED.contains(spec.name())
                ? null
                : "ERR Can't execute '" + spec.name()
                        + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context";
    }

    /** Answers {@code PING}, for a subscriber in another form. */
    static Slice ping(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        if (parameters.size() > 1) {
            return Response.error(ErrorReplies.wrongNumber("ping"));
        }
        Slice message = parameters.isEmpty() ? null : parameters.get(0);
        RedisClient client = session.state().owner();
        boolean isSubscriber = engine.server().subscriptionRegistry().getSubscriptionsCount(client) > 0
                || engine.shardChannels().count(client) > 0;
        if (isSubscriber && !session.state().isResp3()) {
            return Response.pongInSubscribeMode(message);
        }
        return message == null ? Response.simpleString("PONG") : Response.bulkString(message);
    }
}
