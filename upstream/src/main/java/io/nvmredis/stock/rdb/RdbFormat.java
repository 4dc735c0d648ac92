package io.nvmredis.stock.rdb;

import java.nio.charset.StandardCharsets;

/** The numbers of the format, by their names in Redis's {@code rdb.h}. */
final class RdbFormat {
    static final byte[] MAGIC = "REDIS".getBytes(StandardCharsets.US_ASCII);
    /** Where the four digits of the version stand. */
    static final int VERSION_OFFSET = 5;
    /** What Redis 7.0 writes and loads. */
    static final int VERSION = 10;
    /** What Redis 7.4 and 8 write: the first one with deadlines of hash fields, and the newest that is read here. */
    static final int VERSION_WITH_FIELD_DEADLINES = 12;
    /** The first one with a checksum. */
    static final int FIRST_VERSION_WITH_CHECKSUM = 5;

    static final int OPCODE_SLOT_INFO = 244;
    static final int OPCODE_FUNCTION2 = 245;
    static final int OPCODE_FUNCTION_PRE_GA = 246;
    static final int OPCODE_MODULE_AUX = 247;
    static final int OPCODE_IDLE = 248;
    static final int OPCODE_FREQ = 249;
    static final int OPCODE_AUX = 250;
    static final int OPCODE_RESIZEDB = 251;
    static final int OPCODE_EXPIRETIME_MS = 252;
    static final int OPCODE_EXPIRETIME = 253;
    static final int OPCODE_SELECTDB = 254;
    static final int OPCODE_EOF = 255;

    static final int TYPE_STRING = 0;
    static final int TYPE_LIST = 1;
    static final int TYPE_SET = 2;
    static final int TYPE_ZSET = 3;
    static final int TYPE_HASH = 4;
    static final int TYPE_ZSET_2 = 5;
    static final int TYPE_MODULE_PRE_GA = 6;
    static final int TYPE_MODULE_2 = 7;
    static final int TYPE_HASH_ZIPMAP = 9;
    static final int TYPE_LIST_ZIPLIST = 10;
    static final int TYPE_SET_INTSET = 11;
    static final int TYPE_ZSET_ZIPLIST = 12;
    static final int TYPE_HASH_ZIPLIST = 13;
    static final int TYPE_LIST_QUICKLIST = 14;
    static final int TYPE_STREAM_LISTPACKS = 15;
    static final int TYPE_HASH_LISTPACK = 16;
    static final int TYPE_ZSET_LISTPACK = 17;
    static final int TYPE_LIST_QUICKLIST_2 = 18;
    static final int TYPE_STREAM_LISTPACKS_2 = 19;
    static final int TYPE_SET_LISTPACK = 20;
    static final int TYPE_STREAM_LISTPACKS_3 = 21;
    static final int TYPE_HASH_METADATA_PRE_GA = 22;
    static final int TYPE_HASH_LISTPACK_EX_PRE_GA = 23;
    static final int TYPE_HASH_METADATA = 24;
    static final int TYPE_HASH_LISTPACK_EX = 25;

    /** First byte of a length of 32 or of 64 bits; shorter ones have it in their upper two bits. */
    static final int LENGTH_14_BITS = 0x40;

    static final int LENGTH_32_BITS = 0x80;
    static final int LENGTH_64_BITS = 0x81;
    /** The upper two bits of a string that is not spelt out; the lower ones say how it is. */
    static final int ENCODED = 0xC0;

    static final int ENCODED_INT8 = 0;
    static final int ENCODED_INT16 = 1;
    static final int ENCODED_INT32 = 2;
    static final int ENCODED_LZF = 3;

    static final int MODULE_EOF = 0;
    static final int MODULE_SIGNED = 1;
    static final int MODULE_UNSIGNED = 2;
    static final int MODULE_FLOAT = 3;
    static final int MODULE_DOUBLE = 4;
    static final int MODULE_STRING = 5;

    static final int QUICKLIST_PLAIN = 1;
    static final int QUICKLIST_PACKED = 2;

    static final int STREAM_ENTRY_DELETED = 1;
    static final int STREAM_ENTRY_SAME_FIELDS = 2;

    /** Our own aux field, which Redis ignores: LSN of the last transaction that a file contains. */
    static final String AUX_LSN = "nvm-redis-lsn";

    private RdbFormat() {}
}
