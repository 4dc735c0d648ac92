package io.nvmredis.stock.aof;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.Persister;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import io.nvmredis.spi.effects.Effects;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** A data set of strings, kept by a persister. Its monitor is the engine's lock. */
final class ModelData implements DataSet, TransactionSink {
    private final Map<String, String> strings = new TreeMap<>();
    private final Transaction transaction = new Transaction();
    private final EffectReader reader = new EffectReader();
    private Runnable beforeAdvance = () -> {};
    private long lastLsn;

    /** Done before each piece of a snapshot is shown. */
    void beforeAdvance(Runnable action) {
        beforeAdvance = action;
    }

    synchronized Map<String, String> strings() {
        return new TreeMap<>(strings);
    }

    synchronized void clear() {
        strings.clear();
    }

    /** Appends a transaction and applies it, as the engine does under its lock. Returns its LSN. */
    synchronized long transact(Persister persister, Consumer<Effects> effects) {
        transaction.reset();
        effects.accept(new Effects(transaction));
        lastLsn = persister.append(transaction);
        applyEffects(transaction.bytes(), 0, transaction.length());
        return lastLsn;
    }

    long set(Persister persister, String key, String value) {
        return transact(
                persister,
                effects -> effects.begin(Effect.SET, 2).argument(bytes(key)).argument(bytes(value)));
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Override
    public synchronized void apply(long lsn, byte[] bytes, int offset, int length) {
        lastLsn = Math.max(lastLsn, lsn);
        applyEffects(bytes, offset, length);
    }

    private void applyEffects(byte[] bytes, int offset, int length) {
        reader.reset(bytes, offset, length);
        long database = 0;
        while (reader.next()) {
            switch (reader.effect()) {
                case SELECT -> database = reader.number(0);
                case SET -> strings.put(database + ":" + reader.text(0), reader.text(1));
                case APPEND -> strings.merge(database + ":" + reader.text(0), reader.text(1), String::concat);
                case DEL -> strings.remove(database + ":" + reader.text(0));
                case FLUSHDB -> {
                    String prefix = database + ":";
                    strings.keySet().removeIf(key -> key.startsWith(prefix));
                }
                default -> throw new PersistenceException("not of this model: " + reader.effect());
            }
        }
    }

    @Override
    public synchronized Snapshot cut(LongConsumer atCut) {
        atCut.accept(lastLsn);
        return new Copy(new TreeMap<>(strings), lastLsn);
    }

    private final class Copy implements Snapshot {
        private final Iterator<Map.Entry<String, String>> entries;
        private final List<String> keys;
        private final long lsn;

        Copy(Map<String, String> content, long lsn) {
            // Databases up to 9, so that their order is that of their keys.
            entries = content.entrySet().iterator();
            keys = List.copyOf(content.keySet());
            this.lsn = lsn;
        }

        @Override
        public long lsn() {
            return lsn;
        }

        @Override
        public long keyCount(int database) {
            return keys.stream().filter(key -> key.startsWith(database + ":")).count();
        }

        @Override
        public long deadlineCount(int database) {
            return 0;
        }

        @Override
        public boolean advance(SnapshotVisitor visitor) {
            beforeAdvance.run();
            for (int i = 0; i < 10 && entries.hasNext(); i++) {
                Map.Entry<String, String> entry = entries.next();
                visitor.key(
                        entry.getKey().charAt(0) - '0', bytes(entry.getKey().substring(2)), ValueVisitor.NO_DEADLINE);
                visitor.begin(ValueType.STRING, 1);
                visitor.string(bytes(entry.getValue()));
                visitor.end();
            }
            return entries.hasNext();
        }

        @Override
        public void close() {
            // A copy needs nothing.
        }
    }
}
