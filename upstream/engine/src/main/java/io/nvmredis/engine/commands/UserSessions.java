package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.engine.access.User;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import java.util.List;

/** Ends sessions whose users may no longer do what the sessions do. The caller holds the engine's lock. */
final class UserSessions {
    private UserSessions() {}

    /** Ends the sessions of users who have been removed; the one that runs the command when it has its reply. */
    static void endAllOf(CommandEngine engine, CommandSession running, List<User> removed) {
        if (!removed.isEmpty()) {
            engine.clients().all().stream()
                    .filter(each -> removed.contains(each.user()))
                    .forEach(each -> end(running, each));
        }
    }

    /** Ends the sessions of a user that are subscribed to what the user may no longer be subscribed to. */
    static void endForbiddenSubscribers(CommandEngine engine, CommandSession running, User user) {
        engine.clients().all().stream()
                .filter(each -> each.user() == user && each.maySeeMessages() && isForbidden(engine, user, each))
                .forEach(each -> end(running, each));
    }

    private static void end(CommandSession running, CommandSession ended) {
        if (ended == running) {
            ended.forgetAuthentication();
            ended.output().close();
        } else {
            ended.kill();
        }
    }

    private static boolean isForbidden(CommandEngine engine, User user, CommandSession session) {
        SubscriptionRegistry registry = engine.server().subscriptionRegistry();
        RedisClient client = session.state().owner();
        return !maySubscribe(user, registry.getPSubscriptions(client), true)
                || !maySubscribe(user, registry.getSubscriptions(client), false)
                || !maySubscribe(user, engine.shardChannels().channelsOf(client), false);
    }

    private static boolean maySubscribe(User user, List<Slice> channels, boolean arePatterns) {
        return channels.stream().allMatch(each -> user.maySubscribe(RawBytes.of(each), arePatterns));
    }
}
