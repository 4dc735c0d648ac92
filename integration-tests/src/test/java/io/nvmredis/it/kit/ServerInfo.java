package io.nvmredis.it.kit;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** What a server says in answer to INFO. */
public record ServerInfo(Map<String, String> fields) {

    public static ServerInfo of(RespClient client) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        for (String line : ((String) client.call("INFO")).split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return new ServerInfo(fields);
    }

    public String text(String field) {
        String value = fields.get(field);
        if (value == null) {
            throw new AssertionError("INFO has no " + field + ", it has " + fields.keySet());
        }
        return value;
    }

    public long number(String field) {
        return Long.parseLong(text(field));
    }
}
