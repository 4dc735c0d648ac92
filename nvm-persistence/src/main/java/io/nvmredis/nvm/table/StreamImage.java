package io.nvmredis.nvm.table;

import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Entries of a stream, and its last id: the highest it has ever had, unless XSETID has set it. */
final class StreamImage {
    private final Map<Id, byte[][]> entries = new LinkedHashMap<>();
    private Id lastId = new Id(0, 0);

    private record Id(long millis, long sequence) {
        boolean isAbove(Id other) {
            int order = Long.compareUnsigned(millis, other.millis);
            return order > 0 || (order == 0 && Long.compareUnsigned(sequence, other.sequence) > 0);
        }

        static Id of(EffectReader reader, int argument) {
            String text = reader.text(argument);
            int dash = text.indexOf('-');
            if (dash < 0) {
                throw new IllegalArgumentException("'" + text + "' is not a stream id");
            }
            return new Id(
                    Long.parseUnsignedLong(text, 0, dash, 10),
                    Long.parseUnsignedLong(text, dash + 1, text.length(), 10));
        }
    }

    int size() {
        return entries.size();
    }

    void apply(Effect effect, EffectReader reader) {
        switch (effect) {
            case XADD -> {
                Id id = Id.of(reader, 1);
                entries.put(id, fieldsAndValues(reader));
                raiseLastId(id);
            }
            case XDEL -> {
                for (int i = 1; i < reader.argumentCount(); i++) {
                    entries.remove(Id.of(reader, i));
                }
            }
            case XTRIM -> {
                Iterator<Id> oldest = entries.keySet().iterator();
                for (long excess = entries.size() - reader.number(2); excess > 0; excess--) {
                    oldest.next();
                    oldest.remove();
                }
            }
            default -> lastId = Id.of(reader, 1);
        }
    }

    /** Shows an XADD as its entry, and an XSETID as the last id. */
    static void show(Effect effect, EffectReader reader, ValueVisitor visitor) {
        Id id = Id.of(reader, 1);
        if (effect == Effect.XADD) {
            visitor.streamEntry(id.millis(), id.sequence(), fieldsAndValues(reader));
        } else {
            visitor.streamLastId(id.millis(), id.sequence());
        }
    }

    private static byte[][] fieldsAndValues(EffectReader reader) {
        byte[][] fieldsAndValues = new byte[reader.argumentCount() - 2][];
        for (int i = 0; i < fieldsAndValues.length; i++) {
            fieldsAndValues[i] = reader.argument(i + 2);
        }
        return fieldsAndValues;
    }

    private void raiseLastId(Id id) {
        if (id.isAbove(lastId)) {
            lastId = id;
        }
    }

    void accept(ValueVisitor visitor) {
        entries.forEach((id, fieldsAndValues) -> visitor.streamEntry(id.millis(), id.sequence(), fieldsAndValues));
        visitor.streamLastId(lastId.millis(), lastId.sequence());
    }
}
