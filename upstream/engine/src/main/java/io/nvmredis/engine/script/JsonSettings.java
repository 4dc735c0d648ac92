package io.nvmredis.engine.script;

/** How {@code cjson} reads and writes: what a script sets lasts as long as it runs. */
final class JsonSettings {
    static final int MAX_NESTING = 1_000;

    int encodeMaxDepth = MAX_NESTING;
    int decodeMaxDepth = MAX_NESTING;
    int numberPrecision = 14;
    boolean convertsSparse;
    int sparseRatio = 2;
    int sparseSafe = 10;
    /** Whether numbers that JSON does not have are written: 0 for an error, 1 as they are, 2 as null. */
    int encodesInvalidNumbers;

    boolean decodesInvalidNumbers = true;
    boolean keepsBuffer = true;
}
