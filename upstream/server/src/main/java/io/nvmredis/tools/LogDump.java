package io.nvmredis.tools;

import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.RedisSpelling;
import io.nvmredis.spi.effects.RespBuffer;
import io.nvmredis.spi.effects.Transaction;

/**
 * Shows the effects of transactions on the keys of a selection, as lines of JSON, one per transaction that has any, or as
 * commands. One thread.
 */
final class LogDump {
    private final KeySelection selection;
    private final boolean isJson;
    private final ToolOutput out;
    private final JsonText json;
    private final EffectReader reader = new EffectReader();
    private final RedisSpelling spelling = new RedisSpelling();
    private final RespBuffer spelt = new RespBuffer();
    private final Transaction selecting = new Transaction();
    /** Database that was selected last in what has been written. */
    private long selected;

    private long database;
    private boolean isBegun;

    LogDump(KeySelection selection, boolean isJson, ToolOutput out) {
        this.selection = selection;
        this.isJson = isJson;
        this.out = out;
        this.json = new JsonText(out::write);
        spelling.begin();
    }

    void transaction(long lsn, byte[] bytes, int offset, int length) {
        reader.reset(bytes, offset, length);
        database = 0;
        isBegun = false;
        int from = offset;
        while (reader.next()) {
            if (reader.effect() == Effect.SELECT) {
                database = reader.number(0);
            } else if (isSelected()) {
                if (isJson) {
                    writeJson(lsn);
                } else {
                    writeCommand(bytes, from, reader.nextOffset() - from);
                }
            }
            from = reader.nextOffset();
        }
        if (isBegun) {
            json.endArray().endObject().endLine();
        }
    }

    private boolean isSelected() {
        return reader.argumentCount() == 0
                ? selection.hasDatabase((int) database) && selection.isOfWholeDatabases()
                : selection.has((int) database, reader.argument(0));
    }

    private void writeJson(long lsn) {
        if (!isBegun) {
            isBegun = true;
            json.beginObject().name("lsn").value(lsn).name("effects").beginArray();
        }
        json.beginArray().value(reader.effect().name()).value(database);
        for (int i = 0; i < reader.argumentCount(); i++) {
            json.value(reader.argument(i));
        }
        json.endArray();
    }

    private void writeCommand(byte[] bytes, int offset, int length) {
        if (database != selected) {
            selecting.reset();
            new Effects(selecting).begin(Effect.SELECT, 1).argument(database);
            spelling.put(spelt, selecting.bytes(), 0, selecting.length());
            selected = database;
        }
        spelling.put(spelt, bytes, offset, length);
        out.write(spelt.bytes(), spelt.start(), spelt.length());
        spelt.clear();
    }
}
