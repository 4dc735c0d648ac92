package io.nvmredis.engine;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.commands.SubscriberRules;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.ShardChannels;
import java.util.List;
import java.util.stream.Stream;
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
    /** Number of subscriptions that there were when they were last counted. */
    private int subscriptions;

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
        return subscriptionCount() > 0;
    }

    private int subscriptionCount() {
        return registry.getSubscriptionsCount(client) + shards.count(client);
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
        int now = subscriptionCount();
        if (!ends) {
            for (int i = 1; i < words.size(); i++) {
                bytes += words.get(i).length + SUBSCRIPTION_BYTES;
            }
        } else if (now == 0 || words.size() == 1) {
            bytes = remembered();
        } else {
            bytes = Math.max(0, bytes - leastBytes(words, subscriptions - now));
        }
        subscriptions = now;
    }

    /** Returns the bytes that so many of the channels in a command's words took at least. */
    private static long leastBytes(List<byte[]> words, int count) {
        return words.stream()
                .skip(1)
                .mapToLong(word -> word.length + SUBSCRIPTION_BYTES)
                .sorted()
                .limit(Math.max(0, count))
                .sum();
    }

    /** Returns the bytes of all subscriptions that there are. */
    private long remembered() {
        return Stream.of(
                        registry.getSubscriptions(client),
                        registry.getPSubscriptions(client),
                        shards.channelsOf(client))
                .flatMap(List::stream)
                .mapToLong(channel -> channel.length() + SUBSCRIPTION_BYTES)
                .sum();
    }

    long bytes() {
        return bytes;
    }

    /** Tells whether the session may have subscriptions. */
    boolean mayBeAny() {
        return hasSubscribed;
    }
}
