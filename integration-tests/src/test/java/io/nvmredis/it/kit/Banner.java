package io.nvmredis.it.kit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the server prints when it is ready.
 *
 * @param fields the lines after the first, by the words they begin with: {@code keys}, {@code ready in}
 */
public record Banner(String version, String host, int port, Map<String, String> fields) {
    private static final Pattern HEADLINE = Pattern.compile("nvm-redis (\\S+) on (\\S+):(\\d+)");
    private static final Pattern FIELD = Pattern.compile("  (\\S+(?: \\S+)*) {2,}(\\S.*)");
    private static final String LAST_FIELD = "ready in";

    /** The banner among these lines, once all of it is there. */
    static Optional<Banner> find(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            Matcher headline = HEADLINE.matcher(lines.get(i));
            if (headline.matches()) {
                Map<String, String> fields = fieldsOf(lines.subList(i + 1, lines.size()));
                if (!fields.containsKey(LAST_FIELD)) {
                    return Optional.empty();
                }
                int port = Integer.parseInt(headline.group(3));
                return Optional.of(new Banner(headline.group(1), headline.group(2), port, fields));
            }
        }
        return Optional.empty();
    }

    public String field(String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new AssertionError("the banner has no line '" + name + "': " + fields);
        }
        return value;
    }

    /** The number of keys that the banner says there are. */
    public long keys() {
        return Long.parseLong(field("keys").split(" ", 2)[0]);
    }

    private static Map<String, String> fieldsOf(List<String> lines) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : lines) {
            Matcher field = FIELD.matcher(line);
            if (field.matches()) {
                fields.put(field.group(1), field.group(2));
            }
        }
        return fields;
    }
}
