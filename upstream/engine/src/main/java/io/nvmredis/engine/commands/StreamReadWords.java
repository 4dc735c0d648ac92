package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.bytes.Numbers;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.Demand;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Words of XREAD and XREADGROUP.
 *
 * @param count most entries per stream; 0 if there is no limit
 * @param timeoutMillis how long to wait, {@link Demand#FOREVER} or {@link Demand#NO_WAIT}
 * @param group group that reads, or null
 * @param consumer its consumer, or null
 * @param needsNoAck whether what is delivered does not become pending
 * @param keys keys of the streams
 * @param ids as many words as keys
 */
record StreamReadWords(
        long count,
        long timeoutMillis,
        @Nullable Slice group,
        @Nullable Slice consumer,
        boolean needsNoAck,
        List<Slice> keys,
        List<Slice> ids) {

    static StreamReadWords read(List<Slice> words, boolean isOfGroup) {
        Arguments arguments = new Arguments(words);
        long count = 0;
        long timeoutMillis = Demand.NO_WAIT;
        Slice group = null;
        Slice consumer = null;
        boolean needsNoAck = false;
        for (int i = 0; i < words.size(); i++) {
            int more = words.size() - i - 1;
            if (arguments.is(i, "block") && more > 0) {
                timeoutMillis = DemandWords.milliseconds(words.get(++i));
            } else if (arguments.is(i, "count") && more > 0) {
                count = Math.max(0, arguments.integer(++i));
            } else if (arguments.is(i, "streams") && more > 0) {
                if (isOfGroup && more % 2 == 0 && group == null) {
                    throw new ArgumentException("ERR Missing GROUP option for XREADGROUP");
                }
                List<Slice> rest = halves(words.subList(i + 1, words.size()));
                return new StreamReadWords(
                        count,
                        timeoutMillis,
                        group,
                        consumer,
                        needsNoAck,
                        rest.subList(0, more / 2),
                        rest.subList(more / 2, more));
            } else if (arguments.is(i, "group") && more > 1) {
                requireGroup(isOfGroup, "GROUP");
                group = words.get(++i);
                consumer = words.get(++i);
            } else if (arguments.is(i, "noack")) {
                requireGroup(isOfGroup, "NOACK");
                needsNoAck = true;
            } else {
                throw Arguments.syntaxError();
            }
        }
        throw Arguments.syntaxError();
    }

    private static void requireGroup(boolean isOfGroup, String option) {
        if (!isOfGroup) {
            throw new ArgumentException(
                    "ERR The " + option + " option is only supported by XREADGROUP. You called XREAD instead.");
        }
    }

    private static List<Slice> halves(List<Slice> words) {
        if (words.size() % 2 != 0) {
            throw new ArgumentException(
                    "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.");
        }
        return words;
    }

    /** Returns the error if a script uses BLOCK, else null; the parser reports a fault that stands before BLOCK. */
    static @Nullable String refusalInScript(String command, List<Slice> words) {
        int at = 0;
        while (at + 1 < words.size()) {
            String word = words.get(at).toString().toLowerCase(Locale.ROOT);
            if (word.equals("block")) {
                return "ERR " + command + " command is not allowed with BLOCK option from scripts";
            }
            boolean isCount = word.equals("count")
                    && Numbers.parseAny(RawBytes.of(words.get(at + 1))).isPresent();
            int length = isCount ? 2 : word.equals("noack") ? 1 : word.equals("group") ? 3 : words.size();
            at += length;
        }
        return null;
    }
}
