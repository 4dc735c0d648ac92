package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.operations.CommandFactory;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.commands.DemandWords.Several;
import io.nvmredis.engine.core.Demand;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.spi.ValueType;
import java.util.ArrayList;
import java.util.List;

/** Demand for elements from one end of a list: BLPOP, BRPOP, LMPOP and BLMPOP. */
final class ListPop extends Demand {
    private static final String FROM_LEFT = "lpop";
    private static final String FROM_RIGHT = "rpop";
    /** Count that means one element, which the reply does not put in an array of its own. */
    private static final long SINGLE = 0;

    private final boolean isFromRight;
    private final long count;

    private ListPop(List<Slice> keys, boolean isFromRight, long count, long timeoutMillis) {
        super(keys, timeoutMillis);
        this.isFromRight = isFromRight;
        this.count = count;
    }

    static Demand blpop(RedisBase database, List<Slice> words) {
        return single(words, false);
    }

    static Demand brpop(RedisBase database, List<Slice> words) {
        return single(words, true);
    }

    private static Demand single(List<Slice> words, boolean isFromRight) {
        int last = words.size() - 1;
        return new ListPop(words.subList(0, last), isFromRight, SINGLE, DemandWords.seconds(words.get(last)));
    }

    static Demand lmpop(RedisBase database, List<Slice> words) {
        return several(Several.of(words, "left", "right"), NO_WAIT);
    }

    static Demand blmpop(RedisBase database, List<Slice> words) {
        Several several = Several.of(words.subList(1, words.size()), "left", "right");
        return several(several, DemandWords.seconds(words.get(0)));
    }

    private static Demand several(Several several, long timeoutMillis) {
        return new ListPop(several.keys(), several.isFromSecondEnd(), several.count(), timeoutMillis);
    }

    @Override
    public ValueType type() {
        return ValueType.LIST;
    }

    /** Pops as upstream does, with its messages. */
    @Override
    public Slice take(SessionState state, Slice key) {
        List<Slice> parameters = new ArrayList<>(2);
        parameters.add(key);
        if (count != SINGLE) {
            int size = state.base().getList(key).getStoredData().size();
            parameters.add(Slice.create(Long.toString(Math.min(count, size))));
        }
        String pop = isFromRight ? FROM_RIGHT : FROM_LEFT;
        Slice popped =
                CommandFactory.buildOperation(pop, true, state, parameters).execute();
        return Response.array(Response.bulkString(key), popped);
    }
}
