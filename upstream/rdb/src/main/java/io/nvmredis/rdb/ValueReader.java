package io.nvmredis.rdb;

import io.nvmredis.spi.ValueType;
import io.nvmredis.spi.ValueVisitor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the value of a key, of any type and encoding, element by element. It holds in memory one element, or the
 * elements packed into one string: a small collection, or a node of a list or of a stream. One thread.
 */
final class ValueReader {
    private final RdbInput input;
    private final ValueTarget target;
    private final StreamReader streams;

    ValueReader(RdbInput input, ValueTarget target) {
        this.input = input;
        this.target = target;
        this.streams = new StreamReader(input, target);
    }

    /** Returns the name of a type for messages, whether the type is known here or not. */
    static String nameOf(int type) {
        return switch (type) {
            case RdbFormat.TYPE_STRING -> "string";
            case RdbFormat.TYPE_LIST,
                    RdbFormat.TYPE_LIST_ZIPLIST,
                    RdbFormat.TYPE_LIST_QUICKLIST,
                    RdbFormat.TYPE_LIST_QUICKLIST_2 -> "list";
            case RdbFormat.TYPE_SET, RdbFormat.TYPE_SET_INTSET, RdbFormat.TYPE_SET_LISTPACK -> "set";
            case RdbFormat.TYPE_ZSET,
                    RdbFormat.TYPE_ZSET_2,
                    RdbFormat.TYPE_ZSET_ZIPLIST,
                    RdbFormat.TYPE_ZSET_LISTPACK -> "sorted set";
            case RdbFormat.TYPE_HASH,
                    RdbFormat.TYPE_HASH_ZIPMAP,
                    RdbFormat.TYPE_HASH_ZIPLIST,
                    RdbFormat.TYPE_HASH_LISTPACK,
                    RdbFormat.TYPE_HASH_METADATA_PRE_GA,
                    RdbFormat.TYPE_HASH_LISTPACK_EX_PRE_GA,
                    RdbFormat.TYPE_HASH_METADATA,
                    RdbFormat.TYPE_HASH_LISTPACK_EX,
                    RdbFormat.TYPE_VALKEY_HASH -> "hash";
            case RdbFormat.TYPE_STREAM_LISTPACKS,
                    RdbFormat.TYPE_STREAM_LISTPACKS_2,
                    RdbFormat.TYPE_STREAM_LISTPACKS_3,
                    RdbFormat.TYPE_STREAM_LISTPACKS_4,
                    RdbFormat.TYPE_STREAM_LISTPACKS_5 -> "stream";
            case RdbFormat.TYPE_ARRAY -> "array";
            case RdbFormat.TYPE_RATE_LIMITER -> "rate limiter (GCRA)";
            case RdbFormat.TYPE_MODULE_PRE_GA, RdbFormat.TYPE_MODULE_2 -> "module value";
            default -> nameOfOther(type);
        };
    }

    /** Returns the kind of value that a type spells; null if values of the type cannot be read. */
    static @Nullable ValueType kindOf(int type) {
        return switch (nameOf(type)) {
            case "string" -> ValueType.STRING;
            case "list" -> ValueType.LIST;
            case "set" -> ValueType.SET;
            case "sorted set" -> ValueType.ZSET;
            case "hash" -> ValueType.HASH;
            case "stream" -> ValueType.STREAM;
            default -> null;
        };
    }

    private static String nameOfOther(int type) {
        if (isTemplated(type)) {
            return "hash with a template (type " + type + ")";
        }
        int valkeys = RdbFormat.numberOfValkeys(type);
        return valkeys < 0 ? "value of the unknown type " + type : "value of Valkey's own type " + valkeys;
    }

    private static boolean isTemplated(int type) {
        return type >= RdbFormat.TYPE_HASH_TEMPLATE_LISTPACK && type <= RdbFormat.TYPE_HASH_TEMPLATE_ARRAY_REFERENCE;
    }

    /**
     * Returns whether this type is known by name only: how its values are spelt is not known, so not even their end can
     * be found.
     */
    static boolean isUnreadable(int type) {
        boolean isOtherOfValkeys = RdbFormat.numberOfValkeys(type) >= 0 && type != RdbFormat.TYPE_VALKEY_HASH;
        return type == RdbFormat.TYPE_ARRAY
                || type == RdbFormat.TYPE_RATE_LIMITER
                || isTemplated(type)
                || isOtherOfValkeys;
    }

    /**
     * Reads a value. Returns how many pending entries of it belong to no consumer, which are left out: 0 for all but
     * some streams.
     */
    long read(int type) {
        switch (type) {
            case RdbFormat.TYPE_STRING -> target.string(input.readString());
            case RdbFormat.TYPE_LIST -> readList();
            case RdbFormat.TYPE_SET -> readSet();
            case RdbFormat.TYPE_ZSET, RdbFormat.TYPE_ZSET_2 -> readSortedSet(type);
            case RdbFormat.TYPE_HASH -> readHash();
            case RdbFormat.TYPE_HASH_ZIPMAP -> packedHash(new Zipmap(input, input.readString()), false);
            case RdbFormat.TYPE_LIST_ZIPLIST -> packedList(new Ziplist(input, input.readString()));
            case RdbFormat.TYPE_SET_INTSET -> packedSet(new Intset(input, input.readString()));
            case RdbFormat.TYPE_ZSET_ZIPLIST -> packedSortedSet(new Ziplist(input, input.readString()));
            case RdbFormat.TYPE_HASH_ZIPLIST -> packedHash(new Ziplist(input, input.readString()), false);
            case RdbFormat.TYPE_LIST_QUICKLIST, RdbFormat.TYPE_LIST_QUICKLIST_2 -> readQuicklist(type);
            case RdbFormat.TYPE_HASH_LISTPACK -> packedHash(new Listpack(input, input.readString()), false);
            case RdbFormat.TYPE_ZSET_LISTPACK -> packedSortedSet(new Listpack(input, input.readString()));
            case RdbFormat.TYPE_SET_LISTPACK -> packedSet(new Listpack(input, input.readString()));
            case RdbFormat.TYPE_HASH_METADATA_PRE_GA, RdbFormat.TYPE_HASH_METADATA -> readHashWithDeadlines(type);
            case RdbFormat.TYPE_HASH_LISTPACK_EX_PRE_GA -> packedHash(new Listpack(input, input.readString()), true);
            case RdbFormat.TYPE_HASH_LISTPACK_EX -> {
                // The earliest deadline, which the listpack repeats.
                input.skip(Long.BYTES);
                packedHash(new Listpack(input, input.readString()), true);
            }
            case RdbFormat.TYPE_VALKEY_HASH -> readValkeyHash();
            case RdbFormat.TYPE_STREAM_LISTPACKS,
                    RdbFormat.TYPE_STREAM_LISTPACKS_2,
                    RdbFormat.TYPE_STREAM_LISTPACKS_3,
                    RdbFormat.TYPE_STREAM_LISTPACKS_4,
                    RdbFormat.TYPE_STREAM_LISTPACKS_5 -> {
                return streams.read(type);
            }
            default -> throw input.corrupt("a " + nameOf(type));
        }
        return 0;
    }

    private void readList() {
        for (long left = input.readCount(); left > 0; left--) {
            target.listElement(input.readString());
        }
    }

    private void readSet() {
        for (long left = input.readCount(); left > 0; left--) {
            target.setMember(input.readString());
        }
    }

    private void readSortedSet(int type) {
        for (long left = input.readCount(); left > 0; left--) {
            byte[] member = input.readString();
            double score = type == RdbFormat.TYPE_ZSET_2
                    ? Double.longBitsToDouble(input.readLittleEndian(Long.BYTES))
                    : readSpeltScore();
            target.zsetMember(member, checked(score));
        }
    }

    /**
     * Reads a score as Redis before 4.0 writes it: a length and digits, or one of three lengths that stand for a score
     * themselves.
     */
    private double readSpeltScore() {
        int length = input.readByte();
        return switch (length) {
            case 255 -> Double.NEGATIVE_INFINITY;
            case 254 -> Double.POSITIVE_INFINITY;
            case 253 -> Double.NaN;
            default -> parsed(input.readBytes(length));
        };
    }

    private double parsed(byte[] spelling) {
        String text = new String(spelling, StandardCharsets.ISO_8859_1);
        switch (text) {
            case "inf", "+inf" -> {
                return Double.POSITIVE_INFINITY;
            }
            case "-inf" -> {
                return Double.NEGATIVE_INFINITY;
            }
            default -> {
                try {
                    return Double.parseDouble(text);
                } catch (NumberFormatException e) {
                    throw input.corrupt("the score " + Shown.key(spelling), e);
                }
            }
        }
    }

    private double checked(double score) {
        if (Double.isNaN(score)) {
            throw input.corrupt("a score that is not a number");
        }
        return score;
    }

    private void readHash() {
        for (long left = input.readCount(); left > 0; left--) {
            byte[] field = input.readString();
            target.hashField(field, input.readString(), ValueVisitor.NO_DEADLINE);
        }
    }

    /**
     * Reads a hash whose deadlines are counted from the earliest one, plus 1; release candidates of Redis 7.4 wrote
     * them in full.
     */
    private void readHashWithDeadlines(int type) {
        long base = type == RdbFormat.TYPE_HASH_METADATA ? input.readLittleEndian(Long.BYTES) - 1 : 0;
        for (long left = input.readCount(); left > 0; left--) {
            long deadline = input.readCount();
            byte[] field = input.readString();
            byte[] value = input.readString();
            target.hashField(field, value, deadline == 0 ? ValueVisitor.NO_DEADLINE : checkedDeadline(base + deadline));
        }
    }

    /** Reads a hash with a deadline, or -1, behind each field and its value. */
    private void readValkeyHash() {
        for (long left = input.readCount(); left > 0; left--) {
            byte[] field = input.readString();
            byte[] value = input.readString();
            long deadline = input.readLittleEndian(Long.BYTES);
            target.hashField(field, value, deadline == -1 ? ValueVisitor.NO_DEADLINE : checkedDeadline(deadline));
        }
    }

    private long checkedDeadline(long deadline) {
        if (deadline < 0) {
            throw input.corrupt("the deadline " + deadline + " of a field");
        }
        return deadline;
    }

    private void packedList(PackedElements elements) {
        while (elements.hasNext()) {
            target.listElement(elements.next());
        }
    }

    private void packedSet(PackedElements elements) {
        while (elements.hasNext()) {
            target.setMember(elements.next());
        }
    }

    private void packedSortedSet(PackedElements elements) {
        while (elements.hasNext()) {
            byte[] member = elements.next();
            target.zsetMember(member, checked(parsed(elements.next())));
        }
    }

    private void packedHash(PackedElements elements, boolean hasDeadlines) {
        while (elements.hasNext()) {
            byte[] field = elements.next();
            byte[] value = elements.next();
            long deadline = hasDeadlines ? checkedDeadline(elements.nextInteger()) : 0;
            target.hashField(field, value, deadline == 0 ? ValueVisitor.NO_DEADLINE : deadline);
        }
    }

    private void readQuicklist(int type) {
        for (long left = input.readCount(); left > 0; left--) {
            if (type == RdbFormat.TYPE_LIST_QUICKLIST) {
                packedList(new Ziplist(input, input.readString()));
                continue;
            }
            long container = input.readLength();
            if (container == RdbFormat.QUICKLIST_PACKED) {
                packedList(new Listpack(input, input.readString()));
            } else if (container == RdbFormat.QUICKLIST_PLAIN) {
                byte[] element = input.readString();
                if (element.length == 0) {
                    throw input.corrupt("a node of a list that is one element, and empty");
                }
                target.listElement(element);
            } else {
                throw input.corrupt("the unknown kind " + container + " of a node of a list");
            }
        }
    }
}
