package io.nvmredis.it.soak;

import io.nvmredis.it.ModelRedis;
import io.nvmredis.it.TypedKeys;
import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What a server holds in the selected database, as {@link ModelRedis} has it.
 *
 * @param values by key; without those that have a deadline that comes soon
 * @param deadlines by key
 * @param brief the keys that have a deadline that comes soon
 */
record StoredData(Map<String, Object> values, Map<String, Long> deadlines, Set<String> brief) {
    /** All that is ever added to a HyperLogLog. No two of them share a register, so each can be asked for. */
    static final List<String> PROBES =
            IntStream.range(0, 30).mapToObj(i -> "probe" + i).toList();

    private static final String BRIEF = "brief:";
    private static final int CHUNK = 200;
    private static final String PROBED = "probed";

    /** Reads all keys that a scan finds. Nobody may write to the database meanwhile. */
    static StoredData read(RespClient client) throws IOException {
        StoredData data = new StoredData(new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
        List<String> keys = new ArrayList<>();
        // A reader that was cut off may have left it.
        answer(client.call("DEL", PROBED), PROBED);
        for (String key : scan(client)) {
            if (key.startsWith(BRIEF)) {
                data.brief.add(key);
            } else {
                keys.add(key);
            }
        }
        for (int from = 0; from < keys.size(); from += CHUNK) {
            data.add(client, keys.subList(from, Math.min(keys.size(), from + CHUNK)));
        }
        return data;
    }

    private static Set<String> scan(RespClient client) throws IOException {
        TreeSet<String> keys = new TreeSet<>();
        String cursor = "0";
        do {
            List<?> reply = (List<?>) answer(client.call("SCAN", cursor, "COUNT", "1000"), "SCAN");
            cursor = (String) reply.get(0);
            ((List<?>) reply.get(1)).forEach(key -> keys.add((String) key));
        } while (!cursor.equals("0"));
        return keys;
    }

    private void add(RespClient client, List<String> keys) throws IOException {
        for (String key : keys) {
            client.send(TypedKeys.readCommand(key));
            client.send("PEXPIRETIME", key);
        }
        client.flush();
        List<Object> replies = new ArrayList<>();
        for (int i = 0; i < 2 * keys.size(); i++) {
            replies.add(answer(client.receive(), keys.get(i / 2)));
        }
        for (int i = 0; i < keys.size(); i++) {
            Object value = valueOf(client, keys.get(i), replies.get(2 * i));
            if (value != null) {
                values.put(keys.get(i), value);
            }
            long deadline = (Long) replies.get(2 * i + 1);
            if (deadline > 0) {
                deadlines.put(keys.get(i), deadline);
            }
        }
    }

    private static Object answer(Object reply, String what) throws IOException {
        if (Replies.orGone(reply) instanceof RespError error) {
            throw new AssertionError(what + " cannot be read: " + error.message());
        }
        return reply;
    }

    /** Null if there is none. */
    private static Object valueOf(RespClient client, String key, Object reply) throws IOException {
        return switch (TypedKeys.typeOf(key)) {
            case "list" -> reply;
            case "set" -> new TreeSet<>((List<?>) reply);
            case "hash", "zset" -> TypedKeys.pairs((List<?>) reply);
            case "stream" -> new ModelRedis.Stream(List.copyOf((List<?>) reply));
            case "hyperloglog" -> elements(client, key);
            default -> reply;
        };
    }

    /** Those that change nothing when they are added to a copy. */
    private static Set<String> elements(RespClient client, String key) throws IOException {
        TreeSet<String> elements = new TreeSet<>();
        answer(client.call("COPY", key, PROBED, "REPLACE"), key);
        for (String probe : PROBES) {
            client.send("PFADD", PROBED, probe);
        }
        client.send("DEL", PROBED);
        client.flush();
        for (String probe : PROBES) {
            if (answer(client.receive(), key).equals(0L)) {
                elements.add(probe);
            }
        }
        client.receive();
        return elements;
    }
}
