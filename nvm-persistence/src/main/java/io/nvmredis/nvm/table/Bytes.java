package io.nvmredis.nvm.table;

import java.util.Arrays;

/**
 * Bytes as a key of a map. They are ordered, so that a map stays fast when clients choose keys with colliding hashes.
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by content, below.
record Bytes(byte[] value, int hash) implements Comparable<Bytes> {

    static Bytes of(byte[] value) {
        return new Bytes(value, Arrays.hashCode(value));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && hash == bytes.hash && Arrays.equals(value, bytes.value);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(value, other.value);
    }
}
