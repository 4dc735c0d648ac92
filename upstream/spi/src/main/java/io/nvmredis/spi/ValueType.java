package io.nvmredis.spi;

/** Types of values, as every Redis has them. */
public enum ValueType {
    STRING,
    LIST,
    SET,
    HASH,
    ZSET,
    STREAM
}
