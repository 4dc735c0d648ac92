package io.nvmredis.nvm.table;

import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.StreamState;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Entries of a stream, what it has beside them, and its consumer groups. The last id is the highest that the stream has
 * ever had, unless XSETID has set it.
 */
final class StreamImage {
    private final Map<StreamEntryId, byte[][]> entries = new LinkedHashMap<>();
    private final GroupImage groups = new GroupImage();
    private StreamEntryId lastId = StreamEntryId.ZERO;
    private long entriesAdded;
    private StreamEntryId maxDeletedId = StreamEntryId.ZERO;

    int size() {
        return entries.size();
    }

    void apply(Effect effect, EffectReader reader) {
        switch (effect) {
            case XADD -> {
                StreamEntryId id = StreamEntryId.of(reader, 1);
                entries.put(id, fieldsAndValues(reader));
                lastId = id.orAbove(lastId);
                entriesAdded++;
            }
            case XDEL -> {
                for (int i = 1; i < reader.argumentCount(); i++) {
                    StreamEntryId id = StreamEntryId.of(reader, i);
                    if (entries.remove(id) != null) {
                        maxDeletedId = id.orAbove(maxDeletedId);
                    }
                }
            }
            case XTRIM -> {
                Iterator<StreamEntryId> oldest = entries.keySet().iterator();
                for (long excess = entries.size() - reader.number(2); excess > 0; excess--) {
                    oldest.next();
                    oldest.remove();
                }
            }
            case XGROUP -> groups.change(reader);
            case XCLAIM -> groups.claim(reader);
            case XACK -> groups.acknowledge(reader);
            default -> setState(reader);
        }
    }

    private void setState(EffectReader reader) {
        lastId = StreamEntryId.of(reader, 1);
        if (reader.argumentCount() > 2) {
            entriesAdded = reader.number(3);
            StreamEntryId deleted = StreamEntryId.of(reader, 5);
            maxDeletedId = deleted.equals(StreamEntryId.ZERO) ? maxDeletedId : deleted;
        }
    }

    /** Shows an XADD as its entry, and any other effect of a plain value as what it makes. */
    static void show(Effect effect, EffectReader reader, int entryCount, ValueVisitor visitor) {
        switch (effect) {
            case XADD -> {
                StreamEntryId id = StreamEntryId.of(reader, 1);
                visitor.streamEntry(id.millis(), id.sequence(), fieldsAndValues(reader));
            }
            case XGROUP -> GroupImage.showChange(reader, visitor);
            case XCLAIM -> GroupImage.showPending(reader, visitor);
            default -> visitor.streamState(state(reader, entryCount));
        }
    }

    /** Returns what an XSETID says of a stream of so many entries, none of which it has lost if it does not say so. */
    private static StreamState state(EffectReader reader, int entryCount) {
        StreamEntryId lastId = StreamEntryId.of(reader, 1);
        if (reader.argumentCount() == 2) {
            return StreamState.whole(lastId.millis(), lastId.sequence(), entryCount);
        }
        StreamEntryId deleted = StreamEntryId.of(reader, 5);
        return new StreamState(
                lastId.millis(), lastId.sequence(), reader.number(3), deleted.millis(), deleted.sequence());
    }

    private static byte[][] fieldsAndValues(EffectReader reader) {
        byte[][] fieldsAndValues = new byte[reader.argumentCount() - 2][];
        for (int i = 0; i < fieldsAndValues.length; i++) {
            fieldsAndValues[i] = reader.argument(i + 2);
        }
        return fieldsAndValues;
    }

    void accept(ValueVisitor visitor) {
        entries.forEach((id, fieldsAndValues) -> visitor.streamEntry(id.millis(), id.sequence(), fieldsAndValues));
        visitor.streamState(new StreamState(
                lastId.millis(), lastId.sequence(), entriesAdded, maxDeletedId.millis(), maxDeletedId.sequence()));
        groups.accept(visitor);
    }
}
