package io.nvmredis.engine;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.engine.bytes.GlobPattern;
import io.nvmredis.engine.bytes.RawBytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Upstream's registry of subscriptions with its own handling of patterns: a pattern is compiled once, and matching it
 * takes no more steps than its length times the channel's length. Upstream makes a regular expression of each pattern
 * for each message, and some of these expressions do not end.
 *
 * <p>The subscriptions of each client are also kept by client: upstream looks through all channels of all clients for
 * each command of a subscriber, and when a client goes.
 *
 * <p>Any thread may use it, as it may use upstream's registry.
 */
final class PatternSubscriptions extends SubscriptionRegistry {
    /** Subscribers by pattern. Guarded by this object. */
    private final Map<Slice, Subscribers> patterns = new HashMap<>();

    /** Channels that each client is subscribed to. Guarded by this object. */
    private final Map<RedisClient, Set<Slice>> channelsOf = new HashMap<>();

    /** Patterns that each client is subscribed to. Guarded by this object. */
    private final Map<RedisClient, Set<Slice>> patternsOf = new HashMap<>();

    private record Subscribers(GlobPattern pattern, Set<RedisClient> clients) {}

    @Override
    public synchronized boolean addSubscriber(Slice channel, RedisClient client) {
        channelsOf.computeIfAbsent(client, c -> new LinkedHashSet<>()).add(channel);
        return super.addSubscriber(channel, client);
    }

    @Override
    public synchronized boolean removeSubscriber(Slice channel, RedisClient client) {
        remove(channelsOf, client, channel);
        return super.removeSubscriber(channel, client);
    }

    private static void remove(Map<RedisClient, Set<Slice>> subscriptions, RedisClient client, Slice name) {
        Set<Slice> names = subscriptions.get(client);
        if (names != null && names.remove(name) && names.isEmpty()) {
            subscriptions.remove(client);
        }
    }

    @Override
    public synchronized boolean subscribeByPattern(Slice pattern, RedisClient client) {
        patternsOf.computeIfAbsent(client, c -> new LinkedHashSet<>()).add(pattern);
        return patterns.computeIfAbsent(
                        pattern, words -> new Subscribers(new GlobPattern(RawBytes.of(words)), new HashSet<>()))
                .clients()
                .add(client);
    }

    @Override
    public synchronized boolean removePSubscriber(Slice pattern, RedisClient client) {
        remove(patternsOf, client, pattern);
        Subscribers subscribers = patterns.get(pattern);
        if (subscribers == null) {
            return false;
        }
        boolean isRemoved = subscribers.clients().remove(client);
        if (subscribers.clients().isEmpty()) {
            patterns.remove(pattern);
        }
        return isRemoved;
    }

    @Override
    public synchronized Map<Slice, Set<RedisClient>> getPsubscribers(Slice channel) {
        Map<Slice, Set<RedisClient>> found = new HashMap<>();
        patterns.forEach((words, subscribers) -> {
            if (subscribers.pattern().matches(RawBytes.of(channel))) {
                found.put(words, new HashSet<>(subscribers.clients()));
            }
        });
        return found;
    }

    @Override
    public synchronized int getNumpat() {
        return patterns.size();
    }

    @Override
    public synchronized int getSubscriptionsCount(RedisClient client) {
        return names(channelsOf, client).size() + names(patternsOf, client).size();
    }

    private static Set<Slice> names(Map<RedisClient, Set<Slice>> subscriptions, RedisClient client) {
        return subscriptions.getOrDefault(client, Set.of());
    }

    @Override
    public synchronized List<Slice> getSubscriptions(RedisClient client) {
        return new ArrayList<>(names(channelsOf, client));
    }

    @Override
    public synchronized List<Slice> getPSubscriptions(RedisClient client) {
        return new ArrayList<>(names(patternsOf, client));
    }

    @Override
    public synchronized void removeClient(RedisClient client) {
        getSubscriptions(client).forEach(channel -> removeSubscriber(channel, client));
        getPSubscriptions(client).forEach(pattern -> removePSubscriber(pattern, client));
    }
}
