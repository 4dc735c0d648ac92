package io.nvmredis.spi.effects;

/**
 * What a stream has beside its entries and its consumer groups: the numbers of {@code XSETID}.
 *
 * @param lastMillis first half of the last id: the highest that the stream has ever had, unless XSETID has set it
 * @param lastSequence second half of the last id
 * @param entriesAdded number of entries that were ever added
 * @param maxDeletedMillis first half of the highest id that was ever deleted with XDEL; 0-0 if none was
 * @param maxDeletedSequence second half of that id
 */
public record StreamState(
        long lastMillis, long lastSequence, long entriesAdded, long maxDeletedMillis, long maxDeletedSequence) {

    /** Returns the state of a stream that has lost no entry, and has this number of them. */
    public static StreamState whole(long lastMillis, long lastSequence, long entryCount) {
        return new StreamState(lastMillis, lastSequence, entryCount, 0, 0);
    }

    /** Tells whether an entry was ever deleted with XDEL. */
    public boolean hasDeleted() {
        return (maxDeletedMillis | maxDeletedSequence) != 0;
    }
}
