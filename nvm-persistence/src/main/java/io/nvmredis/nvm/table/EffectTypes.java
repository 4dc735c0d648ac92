package io.nvmredis.nvm.table;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.List;

/** Types that effects work on, and the codes by which the table stores types. */
final class EffectTypes {
    /** Types in the order of their codes, which begin with 1. The order must never be changed. */
    private static final List<ValueType> CODES =
            List.of(ValueType.STRING, ValueType.LIST, ValueType.SET, ValueType.HASH, ValueType.ZSET, ValueType.STREAM);

    static final int STRING_CODE = codeOf(ValueType.STRING);

    private EffectTypes() {}

    static int codeOf(ValueType type) {
        return CODES.indexOf(type) + 1;
    }

    static ValueType typeOfCode(int code) {
        if (code < 1 || code > CODES.size()) {
            throw new PersistenceException("a record of type " + code + "; was it written by a newer version?");
        }
        return CODES.get(code - 1);
    }

    /** Returns the type of value that an effect works on. */
    static ValueType typeOf(Effect effect) {
        return switch (effect) {
            case SET, APPEND, SETRANGE -> ValueType.STRING;
            case RPUSH, LPUSH, RPOP, LPOP, LSET, LTRIM -> ValueType.LIST;
            case SADD, SREM -> ValueType.SET;
            case HSET, HDEL, HPEXPIREAT -> ValueType.HASH;
            case ZADD, ZREM -> ValueType.ZSET;
            case XADD, XDEL, XTRIM, XSETID, XGROUP, XCLAIM, XACK -> ValueType.STREAM;
            case SELECT, FLUSHDB, DEL, PEXPIREAT, PERSIST ->
                throw new IllegalArgumentException(effect + " is not an effect on a value");
        };
    }

    /** Returns whether an effect on a key that does not exist makes a value. */
    static boolean makesValue(Effect effect) {
        return switch (effect) {
            case SET, APPEND, SETRANGE, RPUSH, LPUSH, SADD, HSET, ZADD, XADD -> true;
            default -> false;
        };
    }
}
