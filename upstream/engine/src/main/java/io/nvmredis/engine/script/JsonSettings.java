package io.nvmredis.engine.script;

/** Settings of {@code cjson}, which last as long as the script that sets them runs. */
final class JsonSettings {
    static final int MAX_NESTING = 1_000;

    int encodeMaxDepth = MAX_NESTING;
    int decodeMaxDepth = MAX_NESTING;
    int numberPrecision = 14;
    boolean convertsSparse;
    int sparseRatio = 2;
    int sparseSafe = 10;
    /**
     * Treatment of NaN and infinity, which JSON does not have: 0 raises an error, 1 writes them as they are, 2 writes
     * null.
     */
    int encodesInvalidNumbers;

    boolean decodesInvalidNumbers = true;
    boolean keepsBuffer = true;
}
