package io.nvmredis.tools;

import io.nvmredis.spi.DirectoryInspector;
import io.nvmredis.spi.DirectoryView;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.stock.aof.RespBaseWriter;
import java.io.IOException;
import java.util.function.Consumer;

/** Shows the data of a directory, or its log, as lines of JSON or as commands of Redis. One thread. */
public final class Dump {
    private final DirectoryInspector inspector;
    private final KeySelection selection;
    private final boolean isJson;
    private final ToolOutput out;
    private final Consumer<String> damaged;
    private long damageCount;

    /**
     * Makes a dump, which has shown nothing yet.
     *
     * @param isJson whether lines of JSON are written; otherwise commands, as {@code redis-cli --pipe} takes them
     * @param damaged receives a sentence for each key that cannot be read; the others are shown
     */
    public Dump(
            DirectoryInspector inspector,
            KeySelection selection,
            boolean isJson,
            ToolOutput out,
            Consumer<String> damaged) {
        this.inspector = inspector;
        this.selection = selection;
        this.isJson = isJson;
        this.out = out;
        this.damaged = damaged;
    }

    /** Shows the transactions of the log from one LSN up to another. */
    public void log(long fromLsn, long toLsn) {
        LogDump dump = new LogDump(selection, isJson, out);
        inspector.visitLog(fromLsn, toLsn, dump::transaction);
    }

    /**
     * Shows the keys with their values.
     *
     * @param isReplayed whether to show what a start would; otherwise what the data are without the log
     * @return number of keys that could not be read
     */
    public long data(boolean isReplayed) {
        JsonValues values = new JsonValues(new JsonText(out::write));
        RespBaseWriter commands = new RespBaseWriter();
        try (DirectoryView view = isReplayed ? inspector.view() : inspector.viewUnreplayed()) {
            view.visitKeys(
                    (database, key, info) -> {
                        if (selection.has(database, key)) {
                            show(view, values, commands, database, key, info);
                        }
                    },
                    unreadable -> note(String.valueOf(unreadable.getMessage())));
        }
        return damageCount;
    }

    private void note(String sentence) {
        damageCount++;
        damaged.accept(sentence);
    }

    private void show(
            DirectoryView view, JsonValues values, RespBaseWriter commands, int database, byte[] key, KeyInfo info) {
        try {
            if (isJson) {
                values.key(database, key, info);
                view.load(database, key, values);
                values.end();
            } else {
                commands.key(database, key, info.deadlineMillis());
                view.load(database, key, commands);
                commands.end();
            }
        } catch (PersistenceException e) {
            note("the key '" + KeyText.of(key) + "' of database " + database + " cannot be read: " + e.getMessage());
            if (isJson) {
                values.unreadable(String.valueOf(e.getMessage()));
            }
        }
        if (!isJson) {
            drain(commands);
        }
    }

    private void drain(RespBaseWriter commands) {
        if (commands.pendingBytes() > 0) {
            try {
                commands.drainTo(out::write);
            } catch (IOException e) {
                throw new IllegalStateException("the output throws nothing of the kind", e);
            }
        }
    }
}
