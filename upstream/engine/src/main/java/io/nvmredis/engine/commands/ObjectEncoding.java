package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMHash;
import com.github.fppt.jedismock.datastructures.RMList;
import com.github.fppt.jedismock.datastructures.RMSet;
import com.github.fppt.jedismock.datastructures.RMString;
import com.github.fppt.jedismock.datastructures.RMZSet;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.StringCompatible;
import com.github.fppt.jedismock.datastructures.ZSetEntry;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.ForeignSettings;
import java.util.Map;

/**
 * Name of the encoding that a Redis 7.0 would have for a value that has been loaded: OBJECT ENCODING says so what kind of
 * value there is, how large it is, and whether the settings for small values hold for it. Where a Redis has changed a
 * value it may keep another encoding, such as that of a set that was once larger.
 */
final class ObjectEncoding {
    private static final int MAX_EMBEDDED_LENGTH = 44;

    private final ForeignSettings settings;

    ObjectEncoding(ForeignSettings settings) {
        this.settings = settings;
    }

    String of(RMDataStructure value) {
        if (value instanceof RMString string) {
            return ofString(RawBytes.of(string));
        }
        if (value instanceof StringCompatible) {
            return "raw";
        }
        if (value instanceof RMList) {
            return "quicklist";
        }
        if (value instanceof RMSet set) {
            return isIntegerSet(set) ? "intset" : "hashtable";
        }
        if (value instanceof RMHash hash) {
            return isSmall(hash) ? "listpack" : "hashtable";
        }
        if (value instanceof RMZSet set) {
            return isSmall(set) ? "listpack" : "skiplist";
        }
        return "stream";
    }

    private static String ofString(byte[] bytes) {
        if (Numbers.parseAny(bytes).isPresent()) {
            return "int";
        }
        return bytes.length <= MAX_EMBEDDED_LENGTH ? "embstr" : "raw";
    }

    private boolean isIntegerSet(RMSet set) {
        if (set.getStoredData().size() > settings.number("set-max-intset-entries")) {
            return false;
        }
        for (Slice member : set.getStoredData()) {
            if (Numbers.parseAny(RawBytes.of(member)).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private boolean isSmall(RMHash hash) {
        Map<Slice, Slice> fields = hash.getStoredDataReadOnly();
        long longest = settings.number("hash-max-listpack-value");
        return fields.size() <= settings.number("hash-max-listpack-entries")
                && fields.entrySet().stream()
                        .allMatch(field -> Math.max(
                                        field.getKey().length(),
                                        field.getValue().length())
                                <= longest);
    }

    private boolean isSmall(RMZSet set) {
        if (set.size() > settings.number("zset-max-listpack-entries")) {
            return false;
        }
        long longest = settings.number("zset-max-listpack-value");
        for (ZSetEntry member : set.entries(false)) {
            if (member.getValue().length() > longest) {
                return false;
            }
        }
        return true;
    }
}
