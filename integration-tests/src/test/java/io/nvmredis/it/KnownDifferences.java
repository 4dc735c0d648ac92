package io.nvmredis.it;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What this server replies or does otherwise than redis-server 7.0, each with the reason. A line may be added for
 * what Redis leaves to chance, and for nothing else.
 *
 * <p>A line: a regular expression of the kind (the command, with {@code exec: } or {@code script: } before it and {@code ,
 * reply} or {@code , effect} after it), a tab, one that is found in the example, a tab, the reason. The example ends with
 * {@link TwinClient#circumstances}.
 */
final class KnownDifferences {
    private static final List<String> LINES = List.of(
            "(exec: .*|script: sort|sort), .*\tsort, .*BY, w_\\*.*LIMIT"
                    + "\tSORT BY with LIMIT leaves elements of equal weights as its quicksort does, here they stay in order",
            "(exec: .*|script: sort|sort), .*\t(?s)sort, .*BY, .*" + TwinClient.OF_A_SET
                    + "\tSORT BY leaves members of equal weights as a set has them, which is by chance",
            "(script: |)z(add|incrby|unionstore|interstore|diffstore|rangestore), effect|exec: .*"
                    + "\t(?s)z(add|incrby|(union|inter|diff|range)store), .*-0\\.0"
                    + "\tthe score -0 is kept as 0, in Redis in small sets only",
            "(exec: .*|(script: |)(z(rev|)range(|by)(|lex|store)|zremrangebylex|zlexcount)), .*\t"
                    + TwinClient.OF_A_SKIPLIST
                    + "\ta range of members of unequal scores is, in a large set of Redis's, what its random skips meet");

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
