package io.nvmredis.it;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Keys that begin with the type of their value and a colon. */
public final class TypedKeys {
    private TypedKeys() {}

    public static String typeOf(String key) {
        return key.substring(0, key.indexOf(':'));
    }

    /** The command that reads the whole value. */
    public static String[] readCommand(String key) {
        return switch (typeOf(key)) {
            case "list" -> new String[] {"LRANGE", key, "0", "-1"};
            case "hash" -> new String[] {"HGETALL", key};
            case "set" -> new String[] {"SMEMBERS", key};
            case "zset" -> new String[] {"ZRANGE", key, "0", "-1", "WITHSCORES"};
            case "stream" -> new String[] {"XRANGE", key, "-", "+"};
            default -> new String[] {"GET", key};
        };
    }

    /** What the reply for a hash or a sorted set says. */
    public static Map<Object, Object> pairs(List<?> elements) {
        Map<Object, Object> pairs = new TreeMap<>();
        for (int i = 0; i < elements.size(); i += 2) {
            pairs.put(elements.get(i), elements.get(i + 1));
        }
        return pairs;
    }
}
