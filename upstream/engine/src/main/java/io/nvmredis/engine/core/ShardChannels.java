package io.nvmredis.engine.core;

import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Subscriptions to shard channels, which are channels of their own: a message of PUBLISH does not reach them. In a
 * cluster each belongs to one shard; here all belong to this server.
 *
 * <p>Any thread may use it, like upstream's registry of the other subscriptions: a client that goes is removed while
 * others publish. Messages are sent under the engine's lock, and outside of this object's.
 */
public final class ShardChannels {
    /** Subscribers by channel. Guarded by this object. */
    private final Map<Slice, Set<RedisClient>> subscribers = new HashMap<>();

    /** Channels by subscriber. Guarded by this object. */
    private final Map<RedisClient, Set<Slice>> channels = new HashMap<>();

    /** Subscribes a client, and returns how many shard channels it has. */
    public synchronized int add(Slice channel, RedisClient client) {
        subscribers.computeIfAbsent(channel, key -> new LinkedHashSet<>()).add(client);
        Set<Slice> all = channels.computeIfAbsent(client, key -> new LinkedHashSet<>());
        all.add(channel);
        return all.size();
    }

    /** Unsubscribes a client, whether it was subscribed or not, and returns how many shard channels it has left. */
    public synchronized int remove(Slice channel, RedisClient client) {
        remove(subscribers, channel, client);
        remove(channels, client, channel);
        return count(client);
    }

    private static <K, V> void remove(Map<K, Set<V>> sets, K key, V value) {
        Set<V> set = sets.get(key);
        if (set != null && set.remove(value) && set.isEmpty()) {
            sets.remove(key);
        }
    }

    /** Unsubscribes a client from all channels. */
    public synchronized void removeAll(RedisClient client) {
        channelsOf(client).forEach(channel -> remove(channel, client));
    }

    public synchronized List<Slice> channelsOf(RedisClient client) {
        return new ArrayList<>(channels.getOrDefault(client, Set.of()));
    }

    /** Returns how many shard channels a client is subscribed to. */
    public synchronized int count(RedisClient client) {
        return channels.getOrDefault(client, Set.of()).size();
    }

    /** Returns all channels that have subscribers. */
    public synchronized List<Slice> all() {
        return new ArrayList<>(subscribers.keySet());
    }

    private synchronized List<RedisClient> subscribersOf(Slice channel) {
        return new ArrayList<>(subscribers.getOrDefault(channel, Set.of()));
    }

    /** Returns how many clients are subscribed to a channel. */
    public int subscriberCount(Slice channel) {
        return subscribersOf(channel).size();
    }

    /** Sends a message to the subscribers of a channel, and returns how many they are. The caller holds the engine's lock. */
    public int publish(Slice channel, Slice message) {
        List<RedisClient> reached = subscribersOf(channel);
        Slice sent = Response.array(
                Response.bulkString(Slice.create("smessage")),
                Response.bulkString(channel),
                Response.bulkString(message));
        reached.forEach(client -> client.sendResponse(sent, "contacting subscriber"));
        return reached.size();
    }
}
