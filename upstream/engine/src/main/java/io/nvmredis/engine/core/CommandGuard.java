package io.nvmredis.engine.core;

import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.RMSet;
import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.ArgumentRules;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.context.Limits;
import io.nvmredis.engine.errors.RefusedException;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Weights;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks every command before it runs, by itself, in a transaction or in a script, and counts its reply afterwards. It
 * checks numbers that say how much there is to do ({@link ArgumentRules}), what a value may grow to, and what a reply
 * may take. All checks come before anything is made or changed.
 *
 * <p>A command with one key whose reply is at most the value needs no check of its reply, because a value is bounded.
 * The replies of the commands of one transaction are added up, and commands are checked that show several values, or
 * one value again and again.
 *
 * <p>Guarded by the engine's lock.
 */
public final class CommandGuard {
    /** Bytes per element of a reply beside the element's own bytes. */
    private static final int ELEMENT_BYTES = 48;

    /** Names of commands that do not only read data, and may reply much: values, what a script makes, or lists. */
    private static final Set<String> REPLYING = Set.of(
            "getset",
            "getdel",
            "getex",
            "lpop",
            "rpop",
            "blpop",
            "brpop",
            "lmpop",
            "blmpop",
            "lmove",
            "blmove",
            "rpoplpush",
            "brpoplpush",
            "spop",
            "zpopmin",
            "zpopmax",
            "bzpopmin",
            "bzpopmax",
            "zmpop",
            "bzmpop",
            "xreadgroup",
            "xclaim",
            "xautoclaim",
            "sort",
            "eval",
            "evalsha",
            "client",
            "command",
            "config",
            "echo",
            "info",
            "ping",
            "pubsub",
            "slowlog");

    private final Limits limits;
    /** Bytes of replies in the running transaction or script. */
    private long repliedBytes;

    public CommandGuard(Limits limits) {
        this.limits = limits;
    }

    public Limits limits() {
        return limits;
    }

    /** Begins a top-level command. */
    public void begin() {
        repliedBytes = 0;
    }

    /** Counts the reply that a command of a transaction has made. */
    public void replied(long bytes) {
        repliedBytes += bytes + ELEMENT_BYTES;
    }

    /**
     * Returns Redis's reason why a command may not run with these words after its name, or null. May shorten numbers.
     */
    public @Nullable String refusal(CommandSpec spec, List<Slice> parameters, Database database) {
        String fault = ArgumentRules.fault(spec.name(), parameters);
        if (fault != null) {
            return fault;
        }
        if (repliedBytes > limits.maxReplyBytes() && mayReplyMuch(spec, parameters)) {
            return replyTooLong();
        }
        long length = repliedBytes > 0 ? stringLength(spec.name(), parameters, database) : 0;
        if (length > 0 && repliedBytes + length > limits.maxReplyBytes()) {
            return replyTooLong();
        }
        if (spec.has(Trait.READONLY)) {
            return replyFault(spec, parameters, database);
        }
        String tooMuch = spec.has(Trait.WRITE) ? changesFault(spec.name(), parameters, database) : null;
        return tooMuch == null ? growthFault(spec.name(), parameters, database) : tooMuch;
    }

    private static boolean mayReplyMuch(CommandSpec spec, List<Slice> parameters) {
        return spec.has(Trait.READONLY)
                || REPLYING.contains(spec.name())
                || (spec.name().equals("set") && isSetThatReplies(parameters));
    }

    /** Tells whether these are the words of a SET with GET. */
    private static boolean isSetThatReplies(List<Slice> parameters) {
        for (int i = 2; i < parameters.size(); i++) {
            if (Words.equalsIgnoreCase(RawBytes.of(parameters.get(i)), "get")) {
                return true;
            }
        }
        return false;
    }

    /** Returns the bytes that a command whose reply is one string will show; 0 for other commands. */
    private static long stringLength(String command, List<Slice> parameters, Database database) {
        return switch (command) {
            case "get", "getset", "getdel", "getex" -> weight(parameters.get(0), database);
            case "set" -> isSetThatReplies(parameters) ? weight(parameters.get(0), database) : 0;
            default -> 0;
        };
    }

    /** Returns the error of a reply that is too long. */
    public String replyTooLong() {
        return "OOM the reply would take more than " + limits.maxReplyBytes() + " bytes: ask for less at a time";
    }

    /** Adds an element to a reply's bytes and returns the sum; ends the command if the sum is too large. */
    public long replies(long bytesSoFar, Slice element) {
        long bytes = bytesSoFar + element.length() + ELEMENT_BYTES;
        if (bytes > limits.maxReplyBytes()) {
            throw new RefusedException(replyTooLong());
        }
        return bytes;
    }

    /** Adds an element to a stored list's bytes and returns the sum; ends the command if the sum is too large. */
    public long stores(long bytesSoFar, Slice element) {
        long bytes = bytesSoFar + Weights.of(element) + Weights.LIST_NODE_BYTES;
        String fault = tooHeavy(bytes);
        if (fault != null) {
            throw new RefusedException(fault);
        }
        return bytes;
    }

    private @Nullable String replyFault(CommandSpec spec, List<Slice> parameters, Database database) {
        long bytes = switch (spec.name()) {
            case "mget", "sunion", "sinter", "sdiff" -> weights(parameters, 0, parameters.size(), database);
            case "zunion", "zinter", "zdiff", "sintercard", "zintercard" ->
                weights(parameters, 1, 1 + (int) Numbers.parse(parameters.get(0)), database);
            case "xread" -> ofStreams(parameters, database);
            case "hmget" -> ofFields(parameters, database);
            case "hrandfield", "srandmember", "zrandmember" -> ofRandomMembers(parameters, database);
            default -> 0;
        };
        return bytes > limits.maxReplyBytes() ? replyTooLong() : null;
    }

    private static long weights(List<Slice> parameters, int from, int to, Database database) {
        long sum = 0;
        for (int i = from; i < Math.min(to, parameters.size()); i++) {
            sum += weight(parameters.get(i), database);
        }
        return sum;
    }

    /** Returns the weight of a value; for a cold value, the bytes of it that have to be read. */
    private static long weight(Slice key, Database database) {
        Entry entry = database.content().find(key);
        if (entry == null) {
            return 0;
        }
        return entry.value instanceof ColdValue cold ? cold.storedBytes() : Weights.of(entry);
    }

    /**
     * Returns the weight of all streams that an XREAD of several streams names, also where a COUNT makes its reply
     * shorter. A stream that is named twice counts twice.
     */
    private static long ofStreams(List<Slice> parameters, Database database) {
        for (int i = 0; i < parameters.size(); i++) {
            if (Words.equalsIgnoreCase(RawBytes.of(parameters.get(i)), "streams")) {
                int count = (parameters.size() - i - 1) / 2;
                List<Slice> keys = parameters.subList(i + 1, i + 1 + count);
                return keys.size() > 1 ? weights(keys, 0, keys.size(), database) : 0;
            }
        }
        return 0;
    }

    private static long ofFields(List<Slice> parameters, Database database) {
        long sum = 0;
        if (parameters.size() > 2 && valueOf(parameters.get(0), database) instanceof RMHash hash) {
            for (Slice field : parameters.subList(1, parameters.size())) {
                Slice value = hash.get(field);
                sum += ELEMENT_BYTES + (value == null ? 0 : value.length());
            }
        }
        return sum;
    }

    /** Returns the bytes of the reply to a negative count: the number of members to choose, with repetition. */
    private static long ofRandomMembers(List<Slice> parameters, Database database) {
        long count = parameters.size() < 2 ? 0 : Numbers.parse(parameters.get(1));
        // With a word behind it, a count that cannot be doubled is refused by the command itself.
        boolean isOutOfRange = parameters.size() > 2 && count < -(Long.MAX_VALUE / 2);
        if (count >= 0 || count == Numbers.NONE || isOutOfRange) {
            return 0;
        }
        Object value = valueOf(parameters.get(0), database);
        int size = sizeOf(value);
        if (size == 0) {
            return 0;
        }
        long mean = weight(parameters.get(0), database) / size + ELEMENT_BYTES;
        return count < Long.MIN_VALUE / mean ? Long.MAX_VALUE : -count * mean;
    }

    private static int sizeOf(@Nullable Object value) {
        if (value instanceof RMHash hash) {
            return hash.getStoredDataReadOnly().size();
        }
        if (value instanceof RMSet set) {
            return set.getStoredData().size();
        }
        return value instanceof RMZSet set ? set.size() : 0;
    }

    private static @Nullable Object valueOf(Slice key, Database database) {
        // A command needs no more than one value of this method, and reads that value anyway.
        return database.getValue(key);
    }

    /**
     * Checks the size of a transaction's changes, which are encoded as a whole when it ends. A command by itself has
     * changed nothing yet.
     */
    private @Nullable String changesFault(String command, List<Slice> parameters, Database database) {
        long bytes = database.recorder().unsealedBytes();
        if (bytes == 0 || bytes + added(command, parameters, database) <= limits.maxValueBytes()) {
            return null;
        }
        return tooManyChanges();
    }

    private String tooManyChanges() {
        return "OOM the changes of one transaction or script would take more than " + limits.maxValueBytes()
                + " bytes: make fewer at a time";
    }

    /** Returns the weight of the values of keys together. */
    public long weightOf(List<Slice> keys, Database database) {
        return weights(keys, 0, keys.size(), database);
    }

    /** Ends the command if the running transaction may not hold so many bytes of values more. */
    public void requireWritable(long bytes, Database database) {
        if (database.recorder().unsealedBytes() + bytes > limits.maxValueBytes()) {
            throw new RefusedException(tooManyChanges());
        }
    }

    /**
     * Returns the approximate bytes that a command adds to a transaction: of the values that it stores under other
     * keys, or of its words.
     */
    private static long added(String command, List<Slice> parameters, Database database) {
        return switch (command) {
            case "copy", "rename", "renamenx", "move", "sort", "georadius", "georadiusbymember" ->
                weight(parameters.get(0), database);
            case "geosearchstore" -> weight(parameters.get(1), database);
            case "bitop", "sunionstore", "sinterstore", "sdiffstore", "pfmerge", "zrangestore" ->
                weights(parameters, 1, parameters.size(), database);
            case "zunionstore", "zinterstore", "zdiffstore" ->
                weights(parameters, 2, 2 + (int) Numbers.parse(parameters.get(1)), database);
            default -> {
                long bytes = 0;
                for (Slice word : parameters) {
                    bytes += Weights.of(word);
                }
                yield bytes;
            }
        };
    }

    private @Nullable String growthFault(String command, List<Slice> parameters, Database database) {
        return switch (command) {
            case "lpush", "rpush", "lpushx", "rpushx", "linsert", "lset" ->
                tooHeavy(0, parameters, 1, Weights.LIST_NODE_BYTES, database);
            case "sadd", "hset", "hmset", "hsetnx", "hincrby", "hincrbyfloat" ->
                tooHeavy(0, parameters, 1, Weights.HASH_NODE_BYTES, database);
            case "zadd", "zincrby" -> tooHeavy(0, parameters, 1, Weights.SORTED_SET_NODE_BYTES / 2, database);
            case "geoadd" -> tooHeavy(0, parameters, 1, Weights.SORTED_SET_NODE_BYTES / 3, database);
            case "xadd" -> tooHeavy(0, parameters, 1, Weights.STREAM_FIELD_BYTES, database);
            case "xclaim" -> tooHeavy(0, parameters, 4, Weights.STREAM_PENDING_BYTES, database);
            case "xgroup" ->
                parameters.size() > 2 ? tooHeavy(1, parameters, 2, Weights.STREAM_GROUP_BYTES, database) : null;
            case "xreadgroup" -> ofStreams(parameters, database) > limits.maxReplyBytes() ? replyTooLong() : null;
            case "smove", "rpoplpush", "brpoplpush", "lmove", "blmove" ->
                tooHeavy(1, parameters, 2, Weights.SORTED_SET_NODE_BYTES, database);
            case "sunionstore", "sinterstore", "sdiffstore" ->
                tooHeavy(weights(parameters, 1, parameters.size(), database));
            case "zunionstore", "zinterstore", "zdiffstore" ->
                tooHeavy(weights(parameters, 2, 2 + (int) Numbers.parse(parameters.get(1)), database));
            default -> null;
        };
    }

    private @Nullable String tooHeavy(int key, List<Slice> parameters, int from, int nodeBytes, Database database) {
        long added = 0;
        for (int i = from; i < parameters.size(); i++) {
            added += Weights.of(parameters.get(i)) + nodeBytes;
        }
        return tooHeavy(weight(parameters.get(key), database) + added);
    }

    private @Nullable String tooHeavy(long bytes) {
        return bytes <= limits.maxValueBytes() ? null : valueTooHeavy();
    }

    /** Returns the error of a value that would be too large. */
    public String valueTooHeavy() {
        return "OOM the value would take more than " + limits.maxValueBytes()
                + " bytes of memory, which is what this JVM's heap allows one value";
    }
}
