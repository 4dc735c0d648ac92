package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.catalog.Arguments;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Chooses members at random, as SRANDMEMBER, ZRANDMEMBER and HRANDFIELD do. */
final class RandomMembers {
    private RandomMembers() {}

    /** Reads how many members are asked for; negative if a member may come more than once. */
    static long count(Arguments arguments, int position) {
        long count = arguments.integer(position);
        if (count == Long.MIN_VALUE) {
            throw new ArgumentException(
                    "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");
        }
        return count;
    }

    static <T> List<T> choose(Collection<T> members, long count) {
        List<T> all = new ArrayList<>(members);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        if (count >= all.size()) {
            return all;
        }
        if (count > 0) {
            Collections.shuffle(all, random);
            return all.subList(0, (int) count);
        }
        List<T> chosen = new ArrayList<>();
        for (long i = 0; i < -count; i++) {
            chosen.add(all.get(random.nextInt(all.size())));
        }
        return chosen;
    }
}
