package io.nvmredis.rdb;

import io.nvmredis.spi.effects.StreamState;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the consumer groups of a stream: see {@link StreamGroupEncoder}. What is pending in one group is in memory at a
 * time. One thread.
 */
final class StreamGroupReader {
    /** Number of entries that a group has read if it is not known. */
    private static final long UNKNOWN = -1;

    private final RdbInput input;
    private final ValueTarget target;

    /**
     * Id of an entry of a stream. It has an order, by which a map tells ids apart that a hostile payload has chosen for
     * their equal hashes.
     */
    private record EntryId(long millis, long sequence) implements Comparable<EntryId> {
        @Override
        public int compareTo(EntryId other) {
            int order = Long.compareUnsigned(millis, other.millis);
            return order != 0 ? order : Long.compareUnsigned(sequence, other.sequence);
        }
    }

    private record Delivery(long millis, long count) {}

    StreamGroupReader(RdbInput input, ValueTarget target) {
        this.input = input;
        this.target = target;
    }

    /**
     * Reads the groups of a stream.
     *
     * @param firstMillis first half of the id of the stream's first entry; 0-0 if there is none
     * @return how many pending entries belong to no consumer; they are left out
     */
    long read(int type, StreamState state, long entryCount, long firstMillis, long firstSequence) {
        long ownerless = 0;
        for (long left = input.readCount(); left > 0; left--) {
            byte[] name = input.readString();
            long millis = input.readLength();
            long sequence = input.readLength();
            long entriesRead = type == RdbFormat.TYPE_STREAM_LISTPACKS
                    ? entriesRead(state, entryCount, millis, sequence, firstMillis, firstSequence)
                    : input.readLength();
            target.streamGroup(name, millis, sequence, entriesRead);
            ownerless += readPending(type);
        }
        return ownerless;
    }

    /** Returns how many entries a group of an older Redis has read, which knew only the last id. */
    private static long entriesRead(
            StreamState state, long entryCount, long millis, long sequence, long firstMillis, long firstSequence) {
        int toLast = StreamReader.compare(millis, sequence, state.lastMillis(), state.lastSequence());
        if (toLast == 0 || state.entriesAdded() == 0 || (entryCount == 0 && toLast < 0)) {
            return state.entriesAdded();
        }
        int toFirst = StreamReader.compare(millis, sequence, firstMillis, firstSequence);
        if (toLast > 0 || toFirst > 0) {
            return UNKNOWN;
        }
        return state.entriesAdded() - entryCount + (toFirst == 0 ? 1 : 0);
    }

    /** Reads what is pending in a group, and its consumers. Returns how much belongs to no consumer. */
    private long readPending(int type) {
        Map<EntryId, Delivery> pending = new HashMap<>();
        for (long left = input.readCount(); left > 0; left--) {
            EntryId id = readId();
            if (pending.put(id, new Delivery(input.readLittleEndian(Long.BYTES), input.readLength())) != null) {
                throw input.corrupt("a pending entry that its group has already");
            }
        }
        for (long left = input.readCount(); left > 0; left--) {
            readConsumer(type, pending);
        }
        if (type >= RdbFormat.TYPE_STREAM_LISTPACKS_5) {
            // The ids that consumers have given back, which no consumer has.
            for (long left = input.readCount(); left > 0; left--) {
                readId();
            }
            return pending.size();
        }
        if (!pending.isEmpty()) {
            throw input.corrupt(pending.size() + " pending entries of a stream that belong to no consumer");
        }
        return 0;
    }

    private void readConsumer(int type, Map<EntryId, Delivery> pending) {
        byte[] name = input.readString();
        long seenMillis = input.readLittleEndian(Long.BYTES);
        if (type >= RdbFormat.TYPE_STREAM_LISTPACKS_3) {
            // When the consumer last got something, of which Redis 7.0 knows nothing.
            input.skip(Long.BYTES);
        }
        target.streamConsumer(name, seenMillis);
        for (long left = input.readCount(); left > 0; left--) {
            EntryId id = readId();
            Delivery delivery = pending.remove(id);
            if (delivery == null) {
                throw input.corrupt("a pending entry of a consumer that its group does not have");
            }
            target.streamPending(id.millis(), id.sequence(), delivery.millis(), delivery.count());
        }
    }

    private EntryId readId() {
        return new EntryId(input.readBigEndian(Long.BYTES), input.readBigEndian(Long.BYTES));
    }
}
