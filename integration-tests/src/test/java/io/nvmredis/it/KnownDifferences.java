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
            "script: xread, reply\tnot allowed with BLOCK\tof two faults the other one is told",
            "(exec: .*|script: sort|sort), .*\tsort, .*BY\tSORT orders elements whose weights are equal in its own way",
            "(script: |exec: .*|)(substr|getrange), reply|exec: .*\t(substr|getrange)"
                    + "\tGETRANGE reads ends before the beginning, and beyond 63 bits, otherwise",
            "(script: |exec: .*|)zadd, effect\t-0\\.0\tthe score -0 is kept as 0",
            "(script: |exec: .*|)smove, reply|exec: .*\tsmove\tSMOVE looks at the destination's type first",
            "(script: |exec: .*|)zrev?rank, reply|exec: .*\tz(rev)?rank\tWITHSCORE, of a later Redis, makes three words two or three");

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
