package io.nvmredis.nvm.table;

/** Told of keys by {@link Table#scan}. */
@FunctionalInterface
public interface ScanVisitor {

    /** One key; the array is the visitor's. */
    void key(int database, byte[] key, KeyInfo info);
}
