package io.nvmredis.nvm.inspect;

import io.nvmredis.nvm.log.Log;
import io.nvmredis.nvm.table.Table;
import io.nvmredis.spi.DirectoryView;
import io.nvmredis.spi.KeyInfo;
import io.nvmredis.spi.KeyVisitor;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** View of a table that was opened in a private directory. One thread. */
final class TableView implements DirectoryView {
    private final PrivateData data;
    private final Table table;
    private final @Nullable Log log;

    /**
     * Takes over an opened table.
     *
     * @param log log that was opened with it, or null
     */
    TableView(PrivateData data, Table table, @Nullable Log log) {
        this.data = data;
        this.table = table;
        this.log = log;
    }

    @Override
    public void visitKeys(KeyVisitor visitor, Consumer<PersistenceException> damaged) {
        long cursor = 0;
        do {
            List<PersistenceException> unreadable = new ArrayList<>();
            cursor = table.scanReadable(cursor, visitor, unreadable);
            unreadable.forEach(damaged);
        } while (cursor != 0);
    }

    @Override
    public @Nullable KeyInfo find(int database, byte[] key) {
        return table.info(database, key);
    }

    @Override
    public @Nullable KeyInfo load(int database, byte[] key, ValueVisitor visitor) {
        return table.lookup(database, key, visitor);
    }

    @Override
    public void close() {
        try {
            table.close();
            if (log != null) {
                log.close();
            }
        } finally {
            data.close();
        }
    }
}
