package io.nvmredis.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What Redis would hold and reply, for the few commands that the tests write with.
 *
 * <p>Values are a {@code String}, a {@code List}, a {@code TreeSet} or a {@code TreeMap} (hashes, and sorted sets by
 * member), so that two data sets are compared with {@code equals}.
 */
final class ModelRedis {
    private final Map<String, Object> contents = new TreeMap<>();

    Map<String, Object> contents() {
        return contents;
    }

    /** Applies a command and returns the reply that Redis gives to it. */
    Object execute(String... command) {
        String key = command[1];
        return switch (command[0]) {
            case "SET" -> {
                contents.put(key, command[2]);
                yield "OK";
            }
            case "INCR" -> increment(key);
            case "DEL" -> contents.remove(key) == null ? 0L : 1L;
            case "LPUSH" -> push(key, command[2]);
            case "LTRIM" -> trim(key, Integer.parseInt(command[3]));
            case "HSET", "ZADD" -> putField(key, command);
            case "HDEL" -> removeField(key, command[2]);
            case "SADD" -> add(key, command[2]);
            case "SREM" -> remove(key, command[2]);
            default -> throw new IllegalArgumentException(command[0]);
        };
    }

    private Object increment(String key) {
        long value = 1 + Long.parseLong((String) contents.getOrDefault(key, "0"));
        contents.put(key, Long.toString(value));
        return value;
    }

    private Object push(String key, String element) {
        List<String> list = list(key);
        list.add(0, element);
        return (long) list.size();
    }

    private Object trim(String key, int stop) {
        if (contents.containsKey(key)) {
            List<String> list = list(key);
            list.subList(Math.min(list.size(), stop + 1), list.size()).clear();
        }
        return "OK";
    }

    /** {@code HSET key field value} and {@code ZADD key score member}. */
    private Object putField(String key, String... command) {
        boolean isHash = command[0].equals("HSET");
        return map(key).put(command[isHash ? 2 : 3], command[isHash ? 3 : 2]) == null ? 1L : 0L;
    }

    private Object removeField(String key, String field) {
        if (!contents.containsKey(key)) {
            return 0L;
        }
        boolean removed = map(key).remove(field) != null;
        if (map(key).isEmpty()) {
            contents.remove(key);
        }
        return removed ? 1L : 0L;
    }

    private Object add(String key, String member) {
        return set(key).add(member) ? 1L : 0L;
    }

    private Object remove(String key, String member) {
        if (!contents.containsKey(key)) {
            return 0L;
        }
        boolean removed = set(key).remove(member);
        if (set(key).isEmpty()) {
            contents.remove(key);
        }
        return removed ? 1L : 0L;
    }

    @SuppressWarnings("unchecked")
    private List<String> list(String key) {
        return (List<String>) contents.computeIfAbsent(key, absent -> new ArrayList<String>());
    }

    @SuppressWarnings("unchecked")
    private Map<String, String> map(String key) {
        return (Map<String, String>) contents.computeIfAbsent(key, absent -> new TreeMap<String, String>());
    }

    @SuppressWarnings("unchecked")
    private Set<String> set(String key) {
        return (Set<String>) contents.computeIfAbsent(key, absent -> new TreeSet<String>());
    }
}
