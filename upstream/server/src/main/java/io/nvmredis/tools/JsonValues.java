package io.nvmredis.tools;

import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.StreamState;
import java.util.Locale;

/** Writes keys with their values as lines of JSON, each element as it comes. One thread. */
final class JsonValues implements ValueVisitor {
    private final JsonText json;
    /** Lists within the value that are open: of a stream its entries, groups, consumers and pending entries. */
    private int depth;

    private ValueType type = ValueType.STRING;

    JsonValues(JsonText json) {
        this.json = json;
    }

    /** Begins the line of a key, whose value follows. */
    void key(int database, byte[] key, KeyInfo info) {
        json.beginObject();
        json.name("db").value(database);
        json.name("key").value(key);
        json.name("type").value(info.type().name().toLowerCase(Locale.ROOT));
        if (info.deadlineMillis() != NO_DEADLINE) {
            json.name("deadline_ms").value(info.deadlineMillis());
        }
        json.name("lsn").value(info.lsn());
        json.name("stored_bytes").value(info.storedBytes());
    }

    /** Ends the line of a key whose value has been shown. */
    void end() {
        if (type == ValueType.STREAM) {
            close(1);
            json.endObject();
        } else if (type != ValueType.STRING) {
            json.endArray();
        }
        json.endObject().endLine();
    }

    /** Ends the line of a key whose value cannot be read. */
    void unreadable(String reason) {
        json.name("error").value(reason).endObject().endLine();
    }

    @Override
    public void begin(ValueType newType, int elementCount) {
        type = newType;
        json.name("value");
        if (type == ValueType.STREAM) {
            json.beginObject().name("entries").beginArray();
            depth = 1;
        } else if (type != ValueType.STRING) {
            json.beginArray();
        }
    }

    @Override
    public void string(byte[] value) {
        json.value(value);
    }

    @Override
    public void listElement(byte[] element) {
        json.value(element);
    }

    @Override
    public void setMember(byte[] member) {
        json.value(member);
    }

    @Override
    public void hashField(byte[] field, byte[] value, long deadlineMillis) {
        json.beginObject().name("field").value(field).name("value").value(value);
        if (deadlineMillis != NO_DEADLINE) {
            json.name("deadline_ms").value(deadlineMillis);
        }
        json.endObject();
    }

    @Override
    public void zsetMember(byte[] member, double score) {
        json.beginObject()
                .name("member")
                .value(member)
                .name("score")
                .value(score)
                .endObject();
    }

    @Override
    public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
        json.beginObject().name("id").value(id(idMillis, idSequence));
        json.name("fields").beginArray();
        for (byte[] word : fieldsAndValues) {
            json.value(word);
        }
        json.endArray().endObject();
    }

    private static String id(long millis, long sequence) {
        return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
    }

    @Override
    public void streamState(StreamState state) {
        close(1);
        json.name("last_id").value(id(state.lastMillis(), state.lastSequence()));
        json.name("entries_added").value(state.entriesAdded());
        json.name("max_deleted_id").value(id(state.maxDeletedMillis(), state.maxDeletedSequence()));
        json.name("groups").beginArray();
        depth = 1;
    }

    /** Closes lists, and the objects that they are in, until so many lists are open, and then that one. */
    private void close(int left) {
        for (; depth > left; depth--) {
            json.endArray().endObject();
        }
        if (depth == left) {
            json.endArray();
            depth--;
        }
    }

    private void open(int list) {
        for (; depth > list; depth--) {
            json.endArray().endObject();
        }
    }

    @Override
    public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
        open(1);
        json.beginObject().name("group").value(group);
        json.name("last_id").value(id(lastMillis, lastSequence));
        json.name("entries_read").value(entriesRead);
        json.name("consumers").beginArray();
        depth = 2;
    }

    @Override
    public void streamConsumer(byte[] consumer, long seenMillis) {
        open(2);
        json.beginObject().name("consumer").value(consumer);
        json.name("seen_ms").value(seenMillis);
        json.name("pending").beginArray();
        depth = 3;
    }

    @Override
    public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
        json.beginObject().name("id").value(id(idMillis, idSequence));
        json.name("delivered_ms").value(deliveredMillis);
        json.name("deliveries").value(deliveryCount).endObject();
    }
}
