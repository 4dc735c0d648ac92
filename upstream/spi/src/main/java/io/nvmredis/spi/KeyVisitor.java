package io.nvmredis.spi;

/** Told of keys by {@link ColdStore#scan}. */
@FunctionalInterface
public interface KeyVisitor {

    /** One key; the array is the visitor's. */
    void key(int database, byte[] key, KeyInfo info);
}
