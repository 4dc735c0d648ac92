package io.nvmredis.rdb;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The numbers of the format, by their names in Redis's {@code rdb.h}. */
public final class RdbFormat {
    static final byte[] MAGIC = "REDIS".getBytes(StandardCharsets.US_ASCII);
    /** The beginning of VALKEY, which three digits follow: the version, from 80 on. */
    static final byte[] VALKEY_MAGIC = "VALKE".getBytes(StandardCharsets.US_ASCII);

    /** What Valkey 9.0 writes. Older ones write Redis's 11. */
    static final int VALKEY_VERSION = 80;

    static final int VALKEY_NEWEST_VERSION = 81;
    /** Where the four digits of the version stand. */
    static final int VERSION_OFFSET = 5;
    /** What Redis 7.0 writes and loads. */
    static final int VERSION = 10;
    /** What Redis 7.4 and 8.0 write: the first one with deadlines of hash fields. */
    static final int VERSION_WITH_FIELD_DEADLINES = 12;
    /** What Redis 8.10 writes: the newest that is read here. Between them 8.6 writes 13, 8.8 writes 14. */
    static final int NEWEST_VERSION = 15;
    /** The first one with a checksum. */
    static final int FIRST_VERSION_WITH_CHECKSUM = 5;

    /** Since 15: names of the fields of hashes that have the same ones. */
    static final int OPCODE_HASH_TEMPLATES = 242;
    /** Since 13: what modules keep of the key that follows. */
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
    /** Since 13: with what tells a message that was sent twice. */
    static final int TYPE_STREAM_LISTPACKS_4 = 26;
    /** Since 14: with what consumers have given back. */
    static final int TYPE_STREAM_LISTPACKS_5 = 27;
    /** Since 14. */
    static final int TYPE_ARRAY = 28;
    /** Since 15, and so are the ones up to 32: a hash whose fields are named elsewhere. */
    static final int TYPE_HASH_TEMPLATE_LISTPACK = 29;

    static final int TYPE_HASH_TEMPLATE_ARRAY_REFERENCE = 32;
    /** Since 15. */
    static final int TYPE_RATE_LIMITER = 33;

    /** Valkey's own types, whose numbers are taken here: see {@link #ofValkey}. */
    private static final int VALKEY_TYPES = 1_000;
    /** A hash with deadlines of fields, in Valkey's way. */
    static final int TYPE_VALKEY_HASH = VALKEY_TYPES + 22;

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

    /** Our own, too: the persistence of the server that has written a file. */
    static final String AUX_PERSISTENCE = "nvm-redis-persistence";

    private RdbFormat() {}

    /** A type that Valkey has written: up to 21 they are Redis's, then its own. */
    static int ofValkey(int type) {
        return type > TYPE_STREAM_LISTPACKS_3 ? VALKEY_TYPES + type : type;
    }

    /** A type's number as Valkey has it, or -1 if it is none of its own. */
    static int numberOfValkeys(int type) {
        return type > VALKEY_TYPES ? type - VALKEY_TYPES : -1;
    }

    /** Whether a file that begins with these five bytes is an RDB file, of whichever version. */
    static boolean isMagic(byte[] beginning) {
        return Arrays.equals(beginning, MAGIC) || Arrays.equals(beginning, VALKEY_MAGIC);
    }
}
