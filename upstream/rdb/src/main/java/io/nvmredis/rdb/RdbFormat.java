package io.nvmredis.rdb;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers of the format, under their names in Redis's {@code rdb.h}. */
public final class RdbFormat {
    static final byte[] MAGIC = "REDIS".getBytes(StandardCharsets.US_ASCII);
    /** First five bytes of "VALKEY", which the version follows in three digits, 080 or higher. */
    static final byte[] VALKEY_MAGIC = "VALKE".getBytes(StandardCharsets.US_ASCII);

    /** Version that Valkey 9.0 writes. Older ones write Redis's version 11. */
    static final int VALKEY_VERSION = 80;

    static final int VALKEY_NEWEST_VERSION = 81;
    /** Offset of the four digits of the version. */
    static final int VERSION_OFFSET = 5;
    /** Version that Redis 7.0 writes and loads. */
    static final int VERSION = 10;
    /** Version that Redis 7.4 and 8.0 write: the first one with deadlines of hash fields. */
    static final int VERSION_WITH_FIELD_DEADLINES = 12;
    /** Version that Redis 8.10 writes: the newest that is read here. Redis 8.6 writes 13, and 8.8 writes 14. */
    static final int NEWEST_VERSION = 15;
    /** First version with a checksum. */
    static final int FIRST_VERSION_WITH_CHECKSUM = 5;

    /** Names of the fields that several hashes share, since version 15. */
    static final int OPCODE_HASH_TEMPLATES = 242;
    /** Data that modules keep beside the key that follows, since version 13. */
    static final int OPCODE_KEY_META = 243;

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
    /** Stream with data by which a message that is sent twice is noticed, since version 13. */
    static final int TYPE_STREAM_LISTPACKS_4 = 26;
    /** Stream with the messages that consumers have given back, since version 14. */
    static final int TYPE_STREAM_LISTPACKS_5 = 27;
    /** Array, since version 14. */
    static final int TYPE_ARRAY = 28;
    /**
     * First type of a hash whose field names stand elsewhere, since version 15; the last one is {@link
     * #TYPE_HASH_TEMPLATE_ARRAY_REFERENCE}.
     */
    static final int TYPE_HASH_TEMPLATE_LISTPACK = 29;

    static final int TYPE_HASH_TEMPLATE_ARRAY_REFERENCE = 32;
    /** Rate limiter, since version 15. */
    static final int TYPE_RATE_LIMITER = 33;

    /** Number added to Valkey's own types, whose numbers are taken by Redis's types: see {@link #ofValkey}. */
    private static final int VALKEY_TYPES = 1_000;
    /** Hash with deadlines of fields as Valkey writes it. */
    static final int TYPE_VALKEY_HASH = VALKEY_TYPES + 22;

    /** Upper two bits of the first byte of a length of 14 bits. */
    static final int LENGTH_14_BITS = 0x40;

    /** First byte of a length of 32 bits. */
    static final int LENGTH_32_BITS = 0x80;
    /** First byte of a length of 64 bits. */
    static final int LENGTH_64_BITS = 0x81;
    /** Upper two bits of the first byte of an encoded string; the lower six say which encoding it is. */
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

    /** Our own aux field, which Redis ignores: LSN of the last transaction that the file contains. */
    static final String AUX_LSN = "nvm-redis-lsn";

    /** Our own aux field: persistence of the server that has written the file. */
    static final String AUX_PERSISTENCE = "nvm-redis-persistence";

    private RdbFormat() {}

    /**
     * Returns the type for a number that Valkey has written: up to 21 they are Redis's types, above it Valkey's own.
     */
    static int ofValkey(int type) {
        return type > TYPE_STREAM_LISTPACKS_3 ? VALKEY_TYPES + type : type;
    }

    /** Returns the number that Valkey has for a type of its own, or -1 for any other type. */
    static int numberOfValkeys(int type) {
        return type > VALKEY_TYPES ? type - VALKEY_TYPES : -1;
    }

    /** Returns whether a file that begins with these five bytes is an RDB file, of any version. */
    static boolean isMagic(byte[] beginning) {
        return Arrays.equals(beginning, MAGIC) || Arrays.equals(beginning, VALKEY_MAGIC);
    }
}
