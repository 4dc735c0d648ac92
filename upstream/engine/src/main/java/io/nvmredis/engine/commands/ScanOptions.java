package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.bytes.GlobPattern;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.errors.ErrorReplies;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Options of SCAN, HSCAN, SSCAN or ZSCAN. */
final class ScanOptions {
    private static final int DEFAULT_COUNT = 10;

    /** Whether TYPE is allowed beside MATCH and COUNT. */
    private final boolean hasType;

    /** Whether NOVALUES is allowed beside MATCH and COUNT. */
    private final boolean hasNoValues;

    private @Nullable GlobPattern pattern;
    private @Nullable String type;
    private int count = DEFAULT_COUNT;
    private boolean isWithoutValues;

    private ScanOptions(boolean hasType, boolean hasNoValues) {
        this.hasType = hasType;
        this.hasNoValues = hasNoValues;
    }

    static ScanOptions ofKeys() {
        return new ScanOptions(true, false);
    }

    static ScanOptions ofFields() {
        return new ScanOptions(false, true);
    }

    static ScanOptions ofMembers() {
        return new ScanOptions(false, false);
    }

    /** Reads the words from a position on; returns the error if they are wrong, else null. */
    @Nullable
    String read(List<Slice> parameters, int from) {
        for (int i = from; i < parameters.size(); i++) {
            String name = parameters.get(i).toString().toLowerCase(Locale.ROOT);
            if (name.equals("novalues") && hasNoValues) {
                isWithoutValues = true;
                continue;
            }
            if (++i == parameters.size()) {
                return ErrorReplies.SYNTAX;
            }
            String fault = read(name, parameters.get(i));
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    private @Nullable String read(String name, Slice value) {
        if (name.equals("match")) {
            pattern = new GlobPattern(RawBytes.of(value));
            return null;
        }
        if (name.equals("type") && hasType) {
            type = value.toString().toLowerCase(Locale.ROOT);
            return null;
        }
        return name.equals("count") ? readCount(value) : ErrorReplies.SYNTAX;
    }

    private @Nullable String readCount(Slice text) {
        OptionalLong parsed = Numbers.parseAny(RawBytes.of(text));
        if (parsed.isEmpty()) {
            return Numbers.NOT_AN_INTEGER;
        }
        long number = parsed.getAsLong();
        count = (int) Math.min(number, Integer.MAX_VALUE);
        return number < 1 ? ErrorReplies.SYNTAX : null;
    }

    int count() {
        return count;
    }

    boolean isWithoutValues() {
        return isWithoutValues;
    }

    boolean admits(Slice element) {
        return pattern == null || pattern.matches(RawBytes.of(element));
    }

    boolean admits(Slice key, String typeName) {
        return (type == null || type.equals(typeName)) && admits(key);
    }
}
