package io.nvmredis.spi;

/** Receives keys from {@link ColdStore#scan}. */
@FunctionalInterface
public interface KeyVisitor {

    /** Receives one key. The visitor may keep the array. */
    void key(int database, byte[] key, KeyInfo info);
}
