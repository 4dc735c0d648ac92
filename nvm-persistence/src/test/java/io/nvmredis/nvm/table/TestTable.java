package io.nvmredis.nvm.table;

import io.nvmredis.nvm.format.TableShape;
import io.nvmredis.nvm.pmem.PmemDirectory;
import io.nvmredis.nvm.sim.ShownTable;
import io.nvmredis.nvm.sim.TableWorkload;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;

/** A table, and what tests do to it in few words: one transaction each, of the next LSN. */
final class TestTable implements AutoCloseable {
    static final TableShape TINY = new TableShape(4096, 64 + 16 * 64, 32 << 10, 128);
    private static final long TABLE_ID = 0x1234_5678_9abc_def0L;

    private final Table table;
    private final Transaction transaction = new Transaction();
    private long lsn;

    TestTable(PmemDirectory directory, TableShape shape, long capacityBytes) {
        table = open(directory, shape, capacityBytes);
        lsn = table.checkpointLsn();
    }

    static Table open(PmemDirectory directory, TableShape shape, long capacityBytes) {
        return Table.open(directory, shape, capacityBytes, () -> TABLE_ID);
    }

    static byte[] bytes(String text) {
        return TableWorkload.bytes(text);
    }

    Table table() {
        return table;
    }

    long lsn() {
        return lsn;
    }

    /** Begins an effect on a key, with the key as its first argument. */
    Effects begin(Effect effect, int argumentCount, String key) {
        transaction.reset();
        return new Effects(transaction).begin(effect, argumentCount).argument(bytes(key));
    }

    /** Applies what was begun. */
    boolean apply(String key) {
        return table.apply(0, bytes(key), new KeyEffects().add(++lsn, transaction.bytes(), 0, transaction.length()));
    }

    boolean set(String key, String value) {
        begin(Effect.SET, 2, key).argument(bytes(value));
        return apply(key);
    }

    boolean hset(String key, String field, String value) {
        begin(Effect.HSET, 3, key).argument(bytes(field)).argument(bytes(value));
        return apply(key);
    }

    boolean delete(String key) {
        begin(Effect.DEL, 1, key);
        return apply(key);
    }

    void publish() {
        table.publish();
    }

    void checkpoint() {
        table.checkpoint(lsn);
    }

    /** The value as {@link ShownTable} shows it, or null. */
    String value(String key) {
        return ShownTable.value(table, 0, bytes(key));
    }

    @Override
    public void close() {
        table.close();
    }
}
