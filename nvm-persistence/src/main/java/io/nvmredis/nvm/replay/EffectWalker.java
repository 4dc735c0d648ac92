package io.nvmredis.nvm.replay;

import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;

/**
 * Goes from effect to effect, and finds the kind, the key and the end of each. {@link EffectReader} finds them as well;
 * this is one loop, which a JVM that has just started compiles soon. An effect that it cannot read is left to that
 * reader, whose messages a user gets. One thread.
 */
final class EffectWalker {
    /** Meaning of an effect for the index of a backlog. */
    enum Kind {
        SELECT,
        FLUSHDB,
        /** Replaces the key's value, or removes the key. */
        REPLACES,
        CHANGES
    }

    private final EffectReader reader = new EffectReader();
    private byte[] bytes = {};
    private int end;
    private int next;
    private int start;
    private int nameOffset;
    private int nameLength;
    private int keyOffset;
    private int keyLength;

    /** Begins at the first effect of a transaction. */
    void reset(byte[] newBytes, int offset, int length) {
        bytes = newBytes;
        next = offset;
        end = offset + length;
    }

    /**
     * Reads the next effect.
     *
     * @return false at the end of the transaction
     * @throws io.nvmredis.spi.errors.PersistenceException if the next bytes are not an effect
     */
    boolean next() {
        if (next == end) {
            return false;
        }
        start = next;
        int after = after(start);
        if (after < 0 || after > end) {
            readAgain();
        } else {
            next = after;
        }
        return true;
    }

    /** Returns where the effect ends that begins at {@code from}, or -1 if this loop cannot tell. */
    private int after(int from) {
        byte[] source = bytes;
        int stop = end - 2;
        int at = from;
        int parts = 1;
        int part = -1;
        while (part < parts) {
            if (at >= stop || source[at] != (part < 0 ? '*' : '$')) {
                return -1;
            }
            int number = 0;
            byte digit = source[++at];
            while (digit >= '0' && digit <= '9' && number < Integer.MAX_VALUE / 20 && at < stop) {
                number = number * 10 + digit - '0';
                digit = source[++at];
            }
            if (digit != '\r') {
                return -1;
            }
            at += 2;
            if (number == 0 && part < 1) {
                return -1;
            }
            if (part < 0) {
                parts = number;
                keyOffset = at;
                keyLength = 0;
            } else {
                if (part == 0) {
                    nameOffset = at;
                    nameLength = number;
                } else if (part == 1) {
                    keyOffset = at;
                    keyLength = number;
                }
                if (number > stop - at) {
                    return -1;
                }
                at += number + 2;
            }
            part++;
        }
        return at;
    }

    private void readAgain() {
        reader.reset(bytes, start, end - start).next();
        nameLength = 0;
        keyOffset = reader.argumentCount() == 0 ? start : reader.offset(0);
        keyLength = reader.argumentCount() == 0 ? 0 : reader.length(0);
        next = EffectEnds.of(reader, bytes, start);
    }

    Kind kind() {
        if (nameLength == 0) {
            return kindOf(reader.effect());
        }
        byte first = bytes[nameOffset];
        byte last = bytes[nameOffset + nameLength - 1];
        if (nameLength == 3) {
            return (first == 'S' && last == 'T') || (first == 'D' && last == 'L') ? Kind.REPLACES : Kind.CHANGES;
        }
        if (nameLength == 6 && first == 'S' && last == 'T') {
            return Kind.SELECT;
        }
        return nameLength == 7 && first == 'F' && last == 'B' ? Kind.FLUSHDB : Kind.CHANGES;
    }

    /** What {@link #kind} finds by the first and the last letter of a name, by the effect itself. */
    static Kind kindOf(Effect effect) {
        return switch (effect) {
            case SELECT -> Kind.SELECT;
            case FLUSHDB -> Kind.FLUSHDB;
            case SET, DEL -> Kind.REPLACES;
            case PEXPIREAT, PERSIST, APPEND, SETRANGE, RPUSH, LPUSH, RPOP, LPOP, LSET, LTRIM -> Kind.CHANGES;
            case SADD, SREM, HSET, HDEL, HPEXPIREAT, ZADD, ZREM, XADD, XDEL, XTRIM, XSETID, XGROUP -> Kind.CHANGES;
            case XCLAIM, XACK -> Kind.CHANGES;
        };
    }

    /** Returns the database of a SELECT. */
    int database() {
        reader.reset(bytes, start, next - start).next();
        return ReplayBatch.database(reader);
    }

    /** Returns where the effect begins. */
    int start() {
        return start;
    }

    /** Returns where the effect ends. */
    int end() {
        return next;
    }

    int keyOffset() {
        return keyOffset;
    }

    int keyLength() {
        return keyLength;
    }
}
