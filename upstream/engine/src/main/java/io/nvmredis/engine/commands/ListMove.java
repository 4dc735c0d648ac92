package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.operations.CommandFactory;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.KeyspaceEvent;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.core.Demand;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.spi.ValueType;
import java.util.List;

/** Demand for the element at an end of a list, to be put at an end of another: LMOVE, RPOPLPUSH, BLMOVE, BRPOPLPUSH. */
final class ListMove extends Demand {
    private final Slice target;
    private final boolean isFromRight;
    private final boolean isToRight;

    private ListMove(Slice source, Slice target, boolean isFromRight, boolean isToRight, long timeoutMillis) {
        super(List.of(source), timeoutMillis);
        this.target = target;
        this.isFromRight = isFromRight;
        this.isToRight = isToRight;
    }

    static Demand rpoplpush(RedisBase database, List<Slice> words) {
        return new ListMove(words.get(0), words.get(1), true, false, NO_WAIT);
    }

    static Demand brpoplpush(RedisBase database, List<Slice> words) {
        return new ListMove(words.get(0), words.get(1), true, false, DemandWords.seconds(words.get(2)));
    }

    static Demand lmove(RedisBase database, List<Slice> words) {
        return new ListMove(words.get(0), words.get(1), isRight(words.get(2)), isRight(words.get(3)), NO_WAIT);
    }

    static Demand blmove(RedisBase database, List<Slice> words) {
        return new ListMove(
                words.get(0),
                words.get(1),
                isRight(words.get(2)),
                isRight(words.get(3)),
                DemandWords.seconds(words.get(4)));
    }

    private static boolean isRight(Slice word) {
        return DemandWords.isSecond(word, "left", "right");
    }

    @Override
    public ValueType type() {
        return ValueType.LIST;
    }

    @Override
    public Slice take(SessionState state, Slice source) {
        RedisBase database = state.base();
        RMDataStructure pushedTo = database.getValue(target);
        if (pushedTo != null) {
            requireType(pushedTo);
        }
        List<Slice> list = database.getList(source).getStoredData();
        Slice element = list.get(isFromRight ? list.size() - 1 : 0);
        if (source.equals(target)) {
            turn(database, list, element);
        } else {
            CommandFactory.buildOperation(isToRight ? "rpush" : "lpush", true, state, List.of(target, element))
                    .execute();
            list.remove(isFromRight ? list.size() - 1 : 0);
        }
        database.markKeyModified(source);
        database.notifyKeyspaceEvent(isFromRight ? KeyspaceEvent.RPOP : KeyspaceEvent.LPOP, source);
        if (list.isEmpty()) {
            database.deleteValue(source);
            database.notifyKeyspaceEvent(KeyspaceEvent.DEL, source);
        }
        return Response.bulkString(element);
    }

    /** Moves the element within one list, which is never empty in between and keeps its deadline. */
    private void turn(RedisBase database, List<Slice> list, Slice element) {
        if (isFromRight != isToRight) {
            list.add(isToRight ? list.size() : 0, element);
            list.remove(isFromRight ? list.size() - 1 : 0);
        }
        database.notifyKeyspaceEvent(isToRight ? KeyspaceEvent.RPUSH : KeyspaceEvent.LPUSH, target);
    }

    @Override
    public Slice nothing() {
        return Response.NULL;
    }
}
