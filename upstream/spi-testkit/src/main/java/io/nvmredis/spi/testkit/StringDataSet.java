package io.nvmredis.spi.testkit;

import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.TransactionSink;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** Data set of strings in database 0, made by {@code SET}s. Every method locks it. */
final class StringDataSet implements DataSet, TransactionSink {
    private final Map<ByteBuffer, byte[]> strings = new LinkedHashMap<>();
    private long lsn;

    /** Returns the strings that transactions make. */
    static Map<ByteBuffer, ByteBuffer> of(List<byte[]> transactions) {
        StringDataSet data = new StringDataSet();
        transactions.forEach(transaction -> data.apply(0, transaction, 0, transaction.length));
        Map<ByteBuffer, ByteBuffer> strings = new LinkedHashMap<>();
        data.strings.forEach((key, value) -> strings.put(key, ByteBuffer.wrap(value)));
        return strings;
    }

    @Override
    public synchronized void apply(long newLsn, byte[] bytes, int offset, int length) {
        lsn = newLsn;
        EffectReader reader = new EffectReader().reset(bytes, offset, length);
        while (reader.next()) {
            if (reader.effect() != Effect.SET) {
                throw new AssertionError(reader.effect() + " where a SET belongs");
            }
            strings.put(ByteBuffer.wrap(reader.argument(0)), reader.argument(1));
        }
    }

    @Override
    public synchronized Snapshot cut(LongConsumer atCut) {
        atCut.accept(lsn);
        return new CopySnapshot(lsn, new LinkedHashMap<>(strings));
    }

    /** Shows a copy of the data set, one key per piece. */
    private record CopySnapshot(long lsn, Map<ByteBuffer, byte[]> strings, Iterator<Map.Entry<ByteBuffer, byte[]>> next)
            implements Snapshot {

        CopySnapshot(long lsn, Map<ByteBuffer, byte[]> strings) {
            this(lsn, strings, strings.entrySet().iterator());
        }

        @Override
        public long keyCount(int database) {
            return database == 0 ? strings.size() : 0;
        }

        @Override
        public long deadlineCount(int database) {
            return 0;
        }

        @Override
        public boolean advance(SnapshotVisitor visitor) {
            if (!next.hasNext()) {
                return false;
            }
            Map.Entry<ByteBuffer, byte[]> entry = next.next();
            visitor.key(0, entry.getKey().array(), ValueVisitor.NO_DEADLINE);
            visitor.begin(ValueType.STRING, 1);
            visitor.string(entry.getValue());
            visitor.end();
            return next.hasNext();
        }

        @Override
        public void close() {
            // The copy holds nothing to close.
        }
    }
}
