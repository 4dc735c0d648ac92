package io.nvmredis.engine.measure;

import java.util.List;

/**
 * Command that took long.
 *
 * @param id number of the entry, from 0 on
 * @param timeSeconds when it ended
 * @param micros how long it took
 * @param words its words, cut by {@link KeptWords}
 * @param address address of the client
 * @param clientName "" if it has none
 */
public record SlowCommand(
        long id, long timeSeconds, long micros, List<byte[]> words, String address, String clientName) {
    /** Approximate bytes of an entry beside its words. */
    private static final int ENTRY_BYTES = 200;

    private static final int WORD_BYTES = 32;

    /** Returns the approximate bytes of memory that it takes. */
    long bytes() {
        long bytes = ENTRY_BYTES + (long) WORD_BYTES * words.size() + address.length() + clientName.length();
        for (byte[] word : words) {
            bytes += word.length;
        }
        return bytes;
    }
}
