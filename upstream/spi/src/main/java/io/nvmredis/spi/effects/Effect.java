package io.nvmredis.spi.effects;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Kinds of effects: the canonical, deterministic commands that a log is made of.
 *
 * <p>Each means the same as in real Redis, so that Redis can load a log. Applying one needs no clock, randomness or
 * script. A collection that loses its last element is removed, and so is its deadline; a stream may be empty.
 */
public enum Effect {
    /** {@code SELECT db}: the database of the effects that follow. One database is that of the {@link LibraryEffects}. */
    SELECT,
    /** {@code FLUSHDB}. */
    FLUSHDB,
    /** {@code DEL key}. */
    DEL,
    /** {@code PEXPIREAT key unix-time-milliseconds}. The key stays, even if that is in the past. */
    PEXPIREAT,
    /** {@code PERSIST key}. */
    PERSIST,
    /** {@code SET key value}: replaces any value of the key, and removes its deadline. */
    SET,
    /** {@code APPEND key suffix}. */
    APPEND,
    /** {@code SETRANGE key offset bytes}. */
    SETRANGE,
    /** {@code RPUSH key element …}. */
    RPUSH,
    /** {@code LPUSH key element …}: the last element named becomes the first of the list. */
    LPUSH,
    /** {@code RPOP key}: one element. */
    RPOP,
    /** {@code LPOP key}: one element. */
    LPOP,
    /** {@code LSET key index element}. */
    LSET,
    /** {@code LTRIM key start stop}: both inclusive, negative from the end. */
    LTRIM,
    /** {@code SADD key member …}. */
    SADD,
    /** {@code SREM key member …}. */
    SREM,
    /** {@code HSET key field value …}: removes the deadlines of these fields. */
    HSET,
    /** {@code HDEL key field …}. */
    HDEL,
    /** {@code HPEXPIREAT key unix-time-milliseconds FIELDS count field …}. The fields stay, even if that is past. */
    HPEXPIREAT,
    /** {@code ZADD key score member …}. */
    ZADD,
    /** {@code ZREM key member …}. */
    ZREM,
    /** {@code XADD key id field value …}: the id is spelt out. */
    XADD,
    /** {@code XDEL key id …}. */
    XDEL,
    /** {@code XTRIM key MAXLEN count}. */
    XTRIM,
    /**
     * {@code XSETID key last-id}, or {@code XSETID key last-id ENTRIESADDED count MAXDELETEDID id}, in which {@code 0-0}
     * leaves the highest deleted id as it is.
     */
    XSETID,
    /**
     * One of {@code XGROUP key CREATE group last-id ENTRIESREAD count}, {@code XGROUP key SETID group last-id ENTRIESREAD
     * count}, {@code XGROUP key DESTROY group}, {@code XGROUP key CREATECONSUMER group consumer [seen-milliseconds]},
     * {@code XGROUP key DELCONSUMER group consumer}. Redis has the second word before the key, and does not have the time
     * at which a consumer was seen last: the stock append-only file spells it so.
     */
    XGROUP,
    /**
     * {@code XCLAIM key group consumer 0 id … RETRYCOUNT count TIME unix-time-milliseconds FORCE JUSTID}: these ids are
     * pending for the consumer, which is made if there is none. They become so even if the stream has no such entries
     * any more, which Redis would refuse.
     */
    XCLAIM,
    /** {@code XACK key group id …}. */
    XACK;

    private static final Effect[] VALUES = values();

    // The arrays never leave this package and are never written.
    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] nameBytes = name().getBytes(StandardCharsets.US_ASCII);
    /** RESP of the name: {@code $<length>\r\n<name>\r\n}. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final byte[] encoded =
            ("$" + name().length() + "\r\n" + name() + "\r\n").getBytes(StandardCharsets.US_ASCII);

    /**
     * Tells whether the effect concerns what a stream has beside its entries. Clients that watch the key are not told of
     * such a change, as in Redis.
     */
    public boolean isBesideEntries() {
        return compareTo(XSETID) >= 0;
    }

    byte[] encoded() {
        return encoded;
    }

    /** Returns the effect of this name, which is in upper case, or null. */
    static @Nullable Effect of(byte[] bytes, int offset, int length) {
        for (Effect effect : VALUES) {
            if (effect.hasName(bytes, offset, length)) {
                return effect;
            }
        }
        return null;
    }

    private boolean hasName(byte[] bytes, int offset, int length) {
        if (nameBytes.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (nameBytes[i] != bytes[offset + i]) {
                return false;
            }
        }
        return true;
    }
}
