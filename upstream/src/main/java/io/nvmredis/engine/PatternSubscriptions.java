package io.nvmredis.engine;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Upstream's subscriptions, but for those to patterns: these are compiled once, and matching one takes no more steps
 * than its length times the channel's. Upstream makes a regular expression of each pattern for each message, and there
 * are some that do not end.
 *
 * <p>Any thread, as upstream's.
 */
final class PatternSubscriptions extends SubscriptionRegistry {
    /** Guarded by this. */
    private final Map<Slice, Subscribers> patterns = new HashMap<>();

    private record Subscribers(GlobPattern pattern, Set<RedisClient> clients) {}

    @Override
    public synchronized boolean subscribeByPattern(Slice pattern, RedisClient client) {
        return patterns.computeIfAbsent(
                        pattern, words -> new Subscribers(new GlobPattern(RawBytes.of(words)), new HashSet<>()))
                .clients()
                .add(client);
    }

    @Override
    public synchronized boolean removePSubscriber(Slice pattern, RedisClient client) {
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
    public synchronized List<Slice> getPSubscriptions(RedisClient client) {
        List<Slice> found = new ArrayList<>();
        patterns.forEach((words, subscribers) -> {
            if (subscribers.clients().contains(client)) {
                found.add(words);
            }
        });
        return found;
    }

    @Override
    public synchronized void removeClient(RedisClient client) {
        super.removeClient(client);
        patterns.values().removeIf(subscribers -> {
            subscribers.clients().remove(client);
            return subscribers.clients().isEmpty();
        });
    }
}
