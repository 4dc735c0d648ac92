package io.nvmredis.it;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What this server replies or does otherwise than redis-server 7.0, each with the reason. It may only become shorter.
 *
 * <p>A line: a regular expression of the kind (the command, with {@code exec: } or {@code script: } before it and {@code ,
 * reply} or {@code , effect} after it), a tab, one that is found in the example, a tab, the reason.
 */
final class KnownDifferences {
    private static final List<String> LINES = List.of(
            "(exec: .*|script: sort|sort), .*\tsort, .*BY, w_\\*.*LIMIT"
                    + "\tSORT BY with LIMIT leaves elements of equal weights as its quicksort does, here they stay in order",
            "(script: |)z(add|incrby), effect|exec: .*\tz(add|incrby).*-0\\.0"
                    + "\tthe score -0 is kept as 0, in Redis in small sets only");

    private record Known(Pattern kind, Pattern example, String reason) {}

    private final List<Known> all = LINES.stream()
            .map(line -> line.split("\t", -1))
            .map(parts -> new Known(Pattern.compile(parts[0]), Pattern.compile(parts[1]), parts[2]))
            .toList();

    private final Map<String, Integer> met = new TreeMap<>();

    boolean covers(String kind, String example) {
        for (Known known : all) {
            if (known.kind().matcher(kind).matches()
                    && known.example().matcher(example).find()) {
                met.merge(known.reason(), 1, Integer::sum);
                return true;
            }
        }
        return false;
    }

    /** How often each was met. */
    Map<String, Integer> met() {
        return new LinkedHashMap<>(met);
    }
}
