package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMString;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Records of the changes of a string: of its end, or of a part of it. Guarded by the engine's lock. */
public final class StringChanges {
    /**
     * Length below which a changed string is written whole, because an effect that says where it differs would save
     * nothing.
     */
    private static final int MIN_PATCHED_LENGTH = 64;

    private StringChanges() {}

    /** Records the bytes that APPEND has added to upstream's string, which it changes in place and stores again. */
    public static void recordAppended(ChangeSink sink, Entry entry, RMString string) {
        int added = string.size() - entry.loggedLength;
        if (added > 0) {
            Effects effect = sink.effect(entry, Effect.APPEND, 2);
            if (effect != null) {
                effect.argument(RawBytes.of(string), entry.loggedLength, added);
            }
            entry.loggedLength = string.size();
        }
    }

    /**
     * Records the part of a string that has changed, as by SETRANGE. Returns false if the string is better written
     * whole.
     */
    public static boolean recordPatch(ChangeSink sink, Entry entry, RMDataStructure changed) {
        byte[] old = bytesOf(entry.value);
        byte[] bytes = bytesOf(changed);
        if (old == null || bytes == null || bytes.length < MIN_PATCHED_LENGTH || bytes.length < old.length) {
            return false;
        }
        int from = Arrays.mismatch(old, bytes);
        if (from < 0) {
            return true;
        }
        int to = endOfDifference(old, bytes, from);
        if (to - from > bytes.length / 2) {
            return false;
        }
        Effects effect = sink.effect(entry, Effect.SETRANGE, 3);
        if (effect != null) {
            effect.argument((long) from).argument(bytes, from, to - from);
        }
        entry.loggedLength = bytes.length;
        return true;
    }

    /** Returns the bytes of a string, or null if the value is no string. */
    private static byte @Nullable [] bytesOf(RMDataStructure value) {
        if (value instanceof RMString string) {
            return RawBytes.of(string);
        }
        return value instanceof ObservedBytes changing ? changing.shared() : null;
    }

    private static int endOfDifference(byte[] old, byte[] bytes, int from) {
        int to = bytes.length;
        if (old.length == bytes.length) {
            while (to > from && old[to - 1] == bytes[to - 1]) {
                to--;
            }
        }
        return to;
    }
}
