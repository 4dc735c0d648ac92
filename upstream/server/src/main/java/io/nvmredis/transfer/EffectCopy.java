package io.nvmredis.transfer;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Copies effects into a transaction that can be appended, and counts the keys that they make. One thread. */
final class EffectCopy {
    private final Transaction transaction = new Transaction();
    private final Effects effects = new Effects(transaction);
    private final EffectReader reader = new EffectReader();
    private final Tally tally;
    private byte[] lastKey = new byte[0];
    private int lastDatabase = -1;
    private int database;

    EffectCopy(Tally tally) {
        this.tally = tally;
    }

    /** Begins another data set, whose first key may have the same name as the last key of the one before. */
    void begin() {
        lastDatabase = -1;
    }

    /** Copies effects into a transaction that is valid until the next call. */
    Transaction copy(byte[] bytes, int offset, int length) {
        transaction.reset();
        database = 0;
        reader.reset(bytes, offset, length);
        while (reader.next()) {
            count();
            effects.begin(reader.effect(), reader.argumentCount());
            for (int i = 0; i < reader.argumentCount(); i++) {
                effects.argument(bytes, reader.offset(i), reader.length(i));
            }
        }
        return transaction;
    }

    /**
     * Counts the key of an effect once, though a large value comes in several effects on the same key, one after the
     * other.
     */
    private void count() {
        if (reader.effect() == Effect.SELECT) {
            database = Math.toIntExact(reader.number(0));
            return;
        }
        ValueType type = made(reader.effect());
        if (type != null && !isLastKey()) {
            lastKey = reader.argument(0);
            lastDatabase = database;
            tally.key(type);
        }
    }

    private boolean isLastKey() {
        int offset = reader.offset(0);
        return database == lastDatabase
                && Arrays.equals(lastKey, 0, lastKey.length, reader.bytes(), offset, offset + reader.length(0));
    }

    private static @Nullable ValueType made(Effect effect) {
        return switch (effect) {
            case SET -> ValueType.STRING;
            case RPUSH, LPUSH -> ValueType.LIST;
            case SADD -> ValueType.SET;
            case HSET -> ValueType.HASH;
            case ZADD -> ValueType.ZSET;
            case XADD -> ValueType.STREAM;
            default -> null;
        };
    }
}
