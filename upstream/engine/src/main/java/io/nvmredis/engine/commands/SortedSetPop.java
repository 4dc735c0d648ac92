package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.bytes.ScoreWords;
import io.nvmredis.engine.commands.DemandWords.Several;
import io.nvmredis.engine.core.Demand;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.spi.ValueType;
import java.util.ArrayList;
import java.util.List;

/**
 * Demand for the members of a sorted set with the lowest or the highest scores: BZPOPMIN, BZPOPMAX, ZMPOP and BZMPOP.
 * It does not use upstream's ZPOPMIN, which rounds scores.
 */
final class SortedSetPop extends Demand {
    /** Count that means one member, which the reply does not put in an array of its own. */
    private static final long SINGLE = 0;

    private final boolean isMax;
    private final long count;

    private SortedSetPop(List<Slice> keys, boolean isMax, long count, long timeoutMillis) {
        super(keys, timeoutMillis);
        this.isMax = isMax;
        this.count = count;
    }

    static Demand bzpopmin(RedisBase database, List<Slice> words) {
        return single(words, false);
    }

    static Demand bzpopmax(RedisBase database, List<Slice> words) {
        return single(words, true);
    }

    private static Demand single(List<Slice> words, boolean isMax) {
        int last = words.size() - 1;
        return new SortedSetPop(words.subList(0, last), isMax, SINGLE, DemandWords.seconds(words.get(last)));
    }

    static Demand zmpop(RedisBase database, List<Slice> words) {
        return several(Several.of(words, "min", "max"), NO_WAIT);
    }

    static Demand bzmpop(RedisBase database, List<Slice> words) {
        Several several = Several.of(words.subList(1, words.size()), "min", "max");
        return several(several, DemandWords.seconds(words.get(0)));
    }

    private static Demand several(Several several, long timeoutMillis) {
        return new SortedSetPop(several.keys(), several.isFromSecondEnd(), several.count(), timeoutMillis);
    }

    @Override
    public ValueType type() {
        return ValueType.ZSET;
    }

    @Override
    public Slice take(SessionState state, Slice key) {
        RedisBase database = state.base();
        RMZSet members = database.getZSet(key);
        List<Slice> popped = new ArrayList<>();
        do {
            ZSetEntry member = members.entries(isMax).first();
            members.remove(member.getValue());
            Slice name = Response.bulkString(member.getValue());
            Slice score = ScoreWords.reply(member.getScore());
            popped.add(
                    count == SINGLE
                            ? Response.array(Response.bulkString(key), name, score)
                            : Response.array(name, score));
        } while (popped.size() < count && !members.isEmpty());
        database.markKeyModified(key);
        database.notifyKeyspaceEvent(isMax ? KeyspaceEvent.ZPOPMAX : KeyspaceEvent.ZPOPMIN, key);
        if (members.isEmpty()) {
            database.deleteValue(key);
            database.notifyKeyspaceEvent(KeyspaceEvent.DEL, key);
        }
        return count == SINGLE ? popped.get(0) : Response.array(Response.bulkString(key), Response.array(popped));
    }
}
