package io.nvmredis.engine;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.commands.SubscriberRules;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.ShardChannels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The restrictions and the memory that come with one session's subscriptions. Upstream's registry and {@link ShardChannels}
 * know the subscriptions themselves.
 */
final class Subscribed {
    private static final int SUBSCRIPTION_BYTES = 500;

    private final SubscriptionRegistry registry;
    private final ShardChannels shards;
    private final RedisClient client;
    /** Whether the session has ever asked for messages. */
    private volatile boolean hasSubscribed;
    /** Bytes that the subscriptions take; too many if the session subscribes again to what it has. */
    private long bytes;

    Subscribed(CommandEngine engine, RedisClient client) {
        registry = engine.server().subscriptionRegistry();
        shards = engine.shardChannels();
        this.client = client;
    }

    /** Returns why this command may not run now, or null. */
    @Nullable
    String refusal(CommandSpec spec, boolean isResp3) {
        if (!hasSubscribed && SubscriberRules.subscribes(spec)) {
            hasSubscribed = true;
        }
        String refusal = hasSubscribed && !isResp3 ? SubscriberRules.refusal(spec) : null;
        return refusal != null && isAny() ? refusal : null;
    }

    /** Tells whether the session has subscriptions. */
    boolean isAny() {
        return registry.getSubscriptionsCount(client) > 0 || shards.count(client) > 0;
    }

    /**
     * Counts the memory of a command that subscribes or unsubscribes: both the session and the publishing side remember
     * channels and patterns.
     */
    void count(String command, List<byte[]> words) {
        boolean ends = command.endsWith("unsubscribe") || command.equals("reset");
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

    /** Tells whether the session may have subscriptions. */
    boolean mayBeAny() {
        return hasSubscribed;
    }
}
