package io.nvmredis.it;

import io.nvmredis.it.kit.RespClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All that a server tells of a stream, but for the nodes that it keeps it in, and for when something was done. */
final class StreamDump {
    private static final Set<String> OF_ANOTHER_SERVER = Set.of("radix-tree-keys", "radix-tree-nodes", "seen-time");

    private StreamDump() {}

    static Map<String, Object> of(RespClient client, String key) throws IOException {
        Map<String, Object> dump = named(client.call("XINFO", "STREAM", key, "FULL", "COUNT", "0"));
        dump.put(
                "groups",
                ((List<?>) dump.get("groups")).stream().map(StreamDump::group).toList());
        return dump;
    }

    private static Object group(Object reply) {
        Map<String, Object> group = named(reply);
        // Which entry, of whom, delivered how often; the time stands before the last.
        group.put(
                "pending",
                ((List<?>) group.get("pending"))
                        .stream()
                                .map(entry -> List.of(word(entry, 0), word(entry, 1), word(entry, 3)))
                                .toList());
        group.put(
                "consumers",
                ((List<?>) group.get("consumers"))
                        .stream().map(StreamDump::consumer).toList());
        return group;
    }

    private static Object consumer(Object reply) {
        Map<String, Object> consumer = named(reply);
        consumer.put(
                "pending",
                ((List<?>) consumer.get("pending"))
                        .stream()
                                .map(entry -> List.of(word(entry, 0), word(entry, 2)))
                                .toList());
        return consumer;
    }

    private static Object word(Object list, int index) {
        return ((List<?>) list).get(index);
    }

    /** Names and what they name, which follow one another in the reply. */
    private static Map<String, Object> named(Object reply) {
        Map<String, Object> named = new TreeMap<>();
        List<?> words = (List<?>) reply;
        for (int i = 0; i < words.size(); i += 2) {
            if (!OF_ANOTHER_SERVER.contains((String) words.get(i))) {
                named.put((String) words.get(i), words.get(i + 1));
            }
        }
        return named;
    }
}
