package io.nvmredis.engine.tracking;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.RawBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Prefixes that clients want to be told of, and the keys with these prefixes that have changed since the clients were
 * told last. Each client gets one message per prefix, with its keys in order, as in Redis.
 *
 * <p>Guarded by the engine's lock.
 */
final class Broadcasts {
    /** Bytes per changed key beside its name. */
    private static final int KEY_BYTES = 100;

    /** Stands for the client that has changed a key, if no client has. */
    static final long NOBODY = 0;

    private final NavigableMap<Slice, Group> groups = new TreeMap<>();
    private long bytes;

    /** The clients of one prefix. */
    private static final class Group {
        final Set<TrackingClient> clients = new LinkedHashSet<>();
        /** The changed keys, each with the id of the client that has changed it first, or {@link #NOBODY}. */
        final NavigableMap<Slice, Long> changed = new TreeMap<>();
    }

    void add(Slice prefix, TrackingClient client) {
        groups.computeIfAbsent(prefix, key -> new Group()).clients.add(client);
    }

    /** Removes a client; the keys that nobody else waits for are dropped with their prefix. */
    void remove(Slice prefix, TrackingClient client) {
        Group group = groups.get(prefix);
        if (group != null && group.clients.remove(client) && group.clients.isEmpty()) {
            groups.remove(prefix);
            group.changed.keySet().forEach(key -> bytes -= bytesOf(key));
        }
    }

    int prefixCount() {
        return groups.size();
    }

    /** Notes that a key has changed; returns whether a client waits for it. */
    boolean changed(Slice key, long by) {
        boolean[] isAwaited = {false};
        forEachPrefixOf(key, group -> {
            isAwaited[0] = true;
            if (group.changed.putIfAbsent(key, by) == null) {
                bytes += bytesOf(key);
            }
        });
        return isAwaited[0];
    }

    private static long bytesOf(Slice key) {
        return (long) KEY_BYTES + key.length();
    }

    /**
     * Passes on the groups whose prefix a key has. They are found from the longest to the shortest: a prefix of the key
     * is not greater than the key, and none lies between the greatest name that is not greater than the key and what
     * this name and the key have in common.
     */
    private void forEachPrefixOf(Slice key, Consumer<Group> action) {
        byte[] name = RawBytes.of(key);
        Map.Entry<Slice, Group> next = groups.floorEntry(key);
        while (next != null) {
            byte[] prefix = RawBytes.of(next.getKey());
            int common = commonLength(prefix, name);
            if (common == prefix.length) {
                action.accept(next.getValue());
                next = groups.lowerEntry(next.getKey());
            } else {
                next = groups.floorEntry(Slice.create(Arrays.copyOf(name, common)));
            }
        }
    }

    private static int commonLength(byte[] one, byte[] other) {
        int mismatch = Arrays.mismatch(one, other);
        return mismatch < 0 ? one.length : mismatch;
    }

    /** Returns the bytes that the changed keys take. */
    long bytes() {
        return bytes;
    }

    /** Hands over what each client is to be told of, and forgets it. */
    void send(BiConsumer<TrackingClient, InvalidationMessage> sender) {
        bytes = 0;
        for (Group group : groups.values()) {
            if (!group.changed.isEmpty()) {
                InvalidationMessage message = InvalidationMessage.of(group.changed.keySet());
                for (TrackingClient client : group.clients) {
                    if (!client.options().isNoLoop()) {
                        sender.accept(client, message);
                    } else {
                        sendOthers(group, client, sender);
                    }
                }
                group.changed.clear();
            }
        }
    }

    /** Hands over the keys that the client has not changed itself. */
    private static void sendOthers(
            Group group, TrackingClient client, BiConsumer<TrackingClient, InvalidationMessage> sender) {
        List<Slice> keys = new ArrayList<>();
        group.changed.forEach((key, by) -> {
            if (by != client.id()) {
                keys.add(key);
            }
        });
        if (!keys.isEmpty()) {
            sender.accept(client, InvalidationMessage.of(keys));
        }
    }
}
