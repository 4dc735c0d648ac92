package io.nvmredis.nvm.table;

import io.nvmredis.nvm.heap.RecordHeader;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.errors.PersistenceException;

/**
 * Shows a value straight from its BASE, which is a string or plain effects: they name each element once, in the order
 * in which the elements are shown. No map is made, so a large collection takes one pass.
 */
final class PlainValue {
    private PlainValue() {}

    /** Returns whether the record that a key's slot points at can be shown this way. */
    static boolean isPlain(RecordHeader newest) {
        return !newest.isDelta() && (newest.type() == EffectTypes.STRING_CODE || newest.isPlain());
    }

    /** Shows the payload of such a record. */
    static void show(ValueType type, int elements, byte[] payload, ValueVisitor visitor) {
        visitor.begin(type, elements);
        if (type == ValueType.STRING) {
            visitor.string(payload);
            return;
        }
        EffectReader reader = new EffectReader().reset(payload, 0, payload.length);
        while (reader.next()) {
            show(reader, elements, visitor);
        }
    }

    private static void show(EffectReader reader, int elements, ValueVisitor visitor) {
        int count = reader.argumentCount();
        Effect effect = reader.effect();
        switch (effect) {
            case RPUSH -> {
                for (int i = 1; i < count; i++) {
                    visitor.listElement(reader.argument(i));
                }
            }
            case SADD -> {
                for (int i = 1; i < count; i++) {
                    visitor.setMember(reader.argument(i));
                }
            }
            case HSET -> {
                for (int i = 1; i < count; i += 2) {
                    visitor.hashField(reader.argument(i), reader.argument(i + 1), ValueVisitor.NO_DEADLINE);
                }
            }
            case ZADD -> {
                for (int i = 1; i < count; i += 2) {
                    visitor.zsetMember(reader.argument(i + 1), reader.score(i));
                }
            }
            case XADD, XSETID, XGROUP, XCLAIM -> StreamImage.show(effect, reader, elements, visitor);
            default -> throw new PersistenceException(effect + " among the effects of a plain value");
        }
    }
}
