package io.nvmredis.transfer;

import io.nvmredis.engine.hyperloglog.EarlierForm;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.effects.LibraryEffects;
import io.nvmredis.spi.effects.StreamState;

/**
 * A snapshot to be exported, which counts its keys as they are shown. A HyperLogLog that an earlier version has made is
 * shown in Redis's form. One thread.
 */
final class CountedSnapshot implements Snapshot {
    private final Snapshot snapshot;
    private final Tally tally;
    private final Progress progress;
    private long shownBytes;

    CountedSnapshot(Snapshot snapshot, Tally tally, Progress progress) {
        this.snapshot = snapshot;
        this.tally = tally;
        this.progress = progress;
    }

    /** Returns the number of keys of all databases. */
    long keyCount() {
        long count = 0;
        for (int database = 0; database < DataSet.DATABASE_COUNT; database++) {
            count += snapshot.keyCount(database);
        }
        return count;
    }

    @Override
    public long lsn() {
        return snapshot.lsn();
    }

    @Override
    public long keyCount(int database) {
        return snapshot.keyCount(database);
    }

    @Override
    public long deadlineCount(int database) {
        return snapshot.deadlineCount(database);
    }

    @Override
    public boolean advance(SnapshotVisitor visitor) {
        boolean hasShown = snapshot.advance(new Counting(visitor));
        progress.reached(shownBytes, tally.keyCount());
        return hasShown;
    }

    @Override
    public void close() {
        snapshot.close();
    }

    private final class Counting implements SnapshotVisitor {
        private final SnapshotVisitor visitor;
        private boolean isAtLibraries;

        Counting(SnapshotVisitor visitor) {
            this.visitor = visitor;
        }

        @Override
        public void key(int database, byte[] key, long deadlineMillis) {
            shownBytes += key.length;
            isAtLibraries = database == LibraryEffects.DATABASE;
            visitor.key(database, key, deadlineMillis);
        }

        @Override
        public void end() {
            visitor.end();
        }

        @Override
        public void begin(ValueType type, int elementCount) {
            if (!isAtLibraries) {
                tally.key(type);
            }
            visitor.begin(type, elementCount);
        }

        @Override
        public void string(byte[] value) {
            shownBytes += value.length;
            byte[] converted = EarlierForm.converted(value);
            visitor.string(converted == null ? value : converted);
        }

        @Override
        public void listElement(byte[] element) {
            shownBytes += element.length;
            visitor.listElement(element);
        }

        @Override
        public void setMember(byte[] member) {
            shownBytes += member.length;
            visitor.setMember(member);
        }

        @Override
        public void hashField(byte[] field, byte[] value, long deadlineMillis) {
            shownBytes += field.length + value.length;
            if (isAtLibraries) {
                tally.library();
            }
            visitor.hashField(field, value, deadlineMillis);
        }

        @Override
        public void zsetMember(byte[] member, double score) {
            shownBytes += member.length + Double.BYTES;
            visitor.zsetMember(member, score);
        }

        @Override
        public void streamEntry(long idMillis, long idSequence, byte[][] fieldsAndValues) {
            visitor.streamEntry(idMillis, idSequence, fieldsAndValues);
        }

        @Override
        public void streamState(StreamState state) {
            visitor.streamState(state);
        }

        @Override
        public void streamGroup(byte[] group, long lastMillis, long lastSequence, long entriesRead) {
            visitor.streamGroup(group, lastMillis, lastSequence, entriesRead);
        }

        @Override
        public void streamConsumer(byte[] consumer, long seenMillis) {
            visitor.streamConsumer(consumer, seenMillis);
        }

        @Override
        public void streamPending(long idMillis, long idSequence, long deliveredMillis, long deliveryCount) {
            visitor.streamPending(idMillis, idSequence, deliveredMillis, deliveryCount);
        }
    }
}
