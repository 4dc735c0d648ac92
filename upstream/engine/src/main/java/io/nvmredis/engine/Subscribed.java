package io.nvmredis.engine;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.commands.SubscriberRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one session's subscriptions forbid it, and what they take. Which they are upstream's registry knows. */
final class Subscribed {
    private static final int SUBSCRIPTION_BYTES = 500;

    private final SubscriptionRegistry registry;
    private final RedisClient client;
    /** Whether it has ever asked for messages. */
    private volatile boolean hasSubscribed;
    /** More than it is if the session subscribes again to what it has. */
    private long bytes;

    Subscribed(SubscriptionRegistry registry, RedisClient client) {
        this.registry = registry;
        this.client = client;
    }

    /** Why this command may not run now, or null. */
    @Nullable
    String refusal(CommandSpec spec) {
        if (!hasSubscribed && SubscriberRules.subscribes(spec)) {
            hasSubscribed = true;
        }
        String refusal = hasSubscribed ? SubscriberRules.refusal(spec) : null;
        return refusal != null && registry.getSubscriptionsCount(client) > 0 ? refusal : null;
    }

    /** Channels and patterns are remembered by the session and by who publishes. */
    void count(String command, List<byte[]> words) {
        boolean ends = command.endsWith("unsubscribe");
        if (!ends && !command.endsWith("subscribe")) {
            return;
        }
        long changed = 0;
        for (int i = 1; i < words.size(); i++) {
            changed += words.get(i).length + SUBSCRIPTION_BYTES;
        }
        if (!ends) {
            bytes += changed;
        } else {
            bytes = words.size() == 1 ? 0 : Math.max(0, bytes - changed);
        }
    }

    long bytes() {
        return bytes;
    }

    /** Whether there may be any. */
    boolean mayBeAny() {
        return hasSubscribed;
    }
}
