package io.nvmredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.spi.testkit.RealRedis;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that a server holds: database and key, then type, deadline and elements. */
record DataDump(Map<String, Content> keys) {
    private static final int DATABASES = 16;

    /** What one key holds. Collections without an order are sorted; scores are doubles. */
    record Content(String type, long deadline, Object elements) {}

    static DataDump of(int port) throws IOException {
        Map<String, Content> keys = new TreeMap<>();
        try (RespClient client = new RespClient(port)) {
            for (int database = 0; database < DATABASES; database++) {
                client.call("SELECT", Integer.toString(database));
                for (String key : scan(client)) {
                    keys.put(database + "/" + key, content(client, key));
                }
            }
        }
        return new DataDump(keys);
    }

    /** What real Redis thinks of each value; tells more than its elements. */
    static Map<String, Object> digests(RealRedis redis) throws IOException {
        Map<String, Object> digests = new TreeMap<>();
        try (RespClient client = new RespClient(redis.port())) {
            for (int database = 0; database < DATABASES; database++) {
                client.call("SELECT", Integer.toString(database));
                for (String key : scan(client)) {
                    digests.put(database + "/" + key, digest(client, key));
                }
            }
        }
        return digests;
    }

    private static Object digest(RespClient client, String key) throws IOException {
        return List.of(client.call("DEBUG", "DIGEST-VALUE", key), lastId(client, key));
    }

    private static Object lastId(RespClient client, String key) throws IOException {
        if (!Objects.equals(client.call("TYPE", key), "stream")) {
            return "";
        }
        List<?> info = (List<?>) client.call("XINFO", "STREAM", key);
        return info.get(info.indexOf("last-generated-id") + 1);
    }

    /** Fails with the keys that differ. */
    void assertSameAs(DataDump expected, String step) {
        assertThat(keys).as("keys to compare").isNotEmpty();
        assertSame(keys, expected.keys, step);
    }

    /** Fails with the keys under which two maps differ, not with all of both. */
    static void assertSame(Map<String, ?> actual, Map<String, ?> expected, String step) {
        Set<String> all = new TreeSet<>(actual.keySet());
        all.addAll(expected.keySet());
        List<String> differences = all.stream()
                .filter(key -> !Objects.equals(actual.get(key), expected.get(key)))
                .limit(5)
                .map(key ->
                        key + ": expected " + shorten(expected.get(key)) + "\n    but is " + shorten(actual.get(key)))
                .toList();
        assertThat(differences).as(step).isEmpty();
    }

    private static String shorten(Object value) {
        String text = String.valueOf(value);
        return text.length() <= 400 ? text : text.substring(0, 400) + "... (" + text.length() + " chars)";
    }

    /** The keys of the selected database. */
    static Set<String> scan(RespClient client) throws IOException {
        Set<String> keys = new TreeSet<>();
        String cursor = "0";
        do {
            List<?> reply = (List<?>) client.call("SCAN", cursor, "COUNT", "1000");
            cursor = (String) reply.get(0);
            ((List<?>) reply.get(1)).forEach(key -> keys.add((String) key));
        } while (!cursor.equals("0"));
        return keys;
    }

    /** What this key holds in the selected database; null if there is none. */
    static Content contentIfAny(RespClient client, String key) throws IOException {
        return client.call("TYPE", key).equals("none") ? null : content(client, key);
    }

    private static Content content(RespClient client, String key) throws IOException {
        String type = (String) client.call("TYPE", key);
        Object elements = switch (type) {
            case "string" -> client.call("GET", key);
            case "list" -> client.call("LRANGE", key, "0", "-1");
            case "set" -> sorted(client.call("SMEMBERS", key));
            case "hash" -> new TreeMap<>(pairs(client.call("HGETALL", key)));
            case "zset" -> scores(client.call("ZRANGE", key, "0", "-1", "WITHSCORES"));
            case "stream" -> StreamDump.of(client, key);
            default -> throw new AssertionError("the key '" + key + "' is of the type " + type);
        };
        assertThat(elements).as("%s, a %s", key, type).isNotInstanceOf(RespClient.RespError.class);
        return new Content(type, (Long) client.call("PEXPIRETIME", key), elements);
    }

    private static List<String> sorted(Object members) {
        return ((List<?>) members).stream().map(String.class::cast).sorted().toList();
    }

    private static Map<String, String> pairs(Object reply) {
        List<?> words = (List<?>) reply;
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < words.size(); i += 2) {
            pairs.put((String) words.get(i), (String) words.get(i + 1));
        }
        return pairs;
    }

    /** In order, with the scores as numbers: each server spells them its own way. */
    private static List<Object> scores(Object reply) {
        List<Object> scores = new ArrayList<>();
        pairs(reply).forEach((member, score) -> scores.add(List.of(member, score(score))));
        return scores;
    }

    private static double score(String text) {
        return switch (text) {
            case "inf", "+inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }
}
