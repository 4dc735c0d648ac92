package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.streams.StreamId;
import io.nvmredis.engine.value.ObservedStream;
import io.nvmredis.engine.value.StreamGroup;
import java.util.OptionalLong;

/**
 * Reckons how far a group has got in a stream, as Redis does: exactly while no entry was deleted behind the group's last
 * id, and otherwise only where the first or the last entry tells.
 */
final class GroupProgress {
    private GroupProgress() {}

    /** Returns how many entries a group that has read this many has read when it gets the entry with this id. */
    static long entriesReadWith(ObservedStream stream, long entriesRead, StreamId id) {
        if (entriesRead != StreamGroup.UNKNOWN && !hasDeletedFrom(stream, id)) {
            return entriesRead + 1;
        }
        return stream.entriesAdded() > 0 ? readUpTo(stream, id) : entriesRead;
    }

    /** Returns how many entries a group has not got yet; empty if that cannot be told. */
    static OptionalLong lag(ObservedStream stream, StreamGroup group) {
        if (stream.entriesAdded() == 0) {
            return OptionalLong.of(0);
        }
        long read = group.entriesRead() != StreamGroup.UNKNOWN && !hasDeletedFrom(stream, group.lastId())
                ? group.entriesRead()
                : readUpTo(stream, group.lastId());
        return read == StreamGroup.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(stream.entriesAdded() - read);
    }

    /** Tells whether an entry may have been deleted at this id or behind it, among those that are there. */
    private static boolean hasDeletedFrom(ObservedStream stream, StreamId id) {
        return stream.getStoredData().size() > 0
                && !stream.maxDeletedId().isZero()
                && first(stream).compareTo(stream.maxDeletedId()) <= 0
                && id.compareTo(stream.maxDeletedId()) <= 0;
    }

    /** Returns how many entries were added up to an id, or {@link StreamGroup#UNKNOWN}. */
    static long readUpTo(ObservedStream stream, StreamId id) {
        long added = stream.entriesAdded();
        long size = stream.getStoredData().size();
        int toLast = id.compareTo(stream.getLastId());
        if (added == 0) {
            return 0;
        }
        if (toLast == 0 || (size == 0 && toLast < 0)) {
            return added;
        }
        if (toLast > 0) {
            return StreamGroup.UNKNOWN;
        }
        boolean isWhole =
                stream.maxDeletedId().isZero() || stream.maxDeletedId().compareTo(first(stream)) < 0;
        int toFirst = id.compareTo(first(stream));
        if (!isWhole || toFirst > 0) {
            return StreamGroup.UNKNOWN;
        }
        return toFirst < 0 ? added - size : added - size + 1;
    }

    /** Returns the id of the first entry; 0-0 if there is none. */
    static StreamId first(ObservedStream stream) {
        StreamId head = stream.getStoredData().getHead();
        return head == null ? StreamIds.FIRST : head;
    }
}
