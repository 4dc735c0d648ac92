package io.nvmredis.spi;

import org.jspecify.annotations.Nullable;

/**
 * One place of a directory whose bytes are not what was written.
 *
 * @param file path of the file
 * @param offset offset in it
 * @param expected what should be there
 * @param actual what is there
 * @param part what is damaged, in a word or two, such as {@code record}, {@code payload} or {@code bucket}
 * @param key key that is concerned, or null if it is not known or none is
 */
public record Finding(
        String file,
        long offset,
        String expected,
        String actual,
        String part,
        @Nullable Key key) {

    /**
     * Name of a key.
     *
     * @param database number of its database
     * @param name its bytes, never changed
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    public record Key(int database, byte[] name) {}

    /** Returns the place, by which two findings of one damage are told to be the same. */
    public String place() {
        return file + "@" + offset;
    }
}
