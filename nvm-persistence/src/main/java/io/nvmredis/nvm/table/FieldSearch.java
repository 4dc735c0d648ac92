package io.nvmredis.nvm.table;

import io.nvmredis.nvm.heap.HeapRecord;
import io.nvmredis.spi.effects.EffectReader;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for one field in the chain of a hash, from the newest record back, and makes no map of the others. The newest
 * record that names the field tells its value.
 *
 * <p>It gives up at any effect but HSET and HDEL, such as HPEXPIREAT, which may have given the field a deadline.
 */
final class FieldSearch {
    private final byte[] field;
    private final EffectReader reader = new EffectReader();
    /** Whether a record has named the field. */
    private boolean isNamed;

    private byte @Nullable [] value;

    FieldSearch(byte[] field) {
        this.field = field;
    }

    /**
     * Searches a chain, which begins with its newest record.
     *
     * @return whether {@link #value} is certain now
     */
    boolean search(List<HeapRecord> chain) {
        for (HeapRecord record : chain) {
            if (!searchPayload(record.payload())) {
                return false;
            }
            if (isNamed) {
                return true;
            }
        }
        return true;
    }

    /** Searches the effects of a record, all of them, because a later one wins; returns false to give up. */
    private boolean searchPayload(byte[] payload) {
        reader.reset(payload, 0, payload.length);
        while (reader.next()) {
            switch (reader.effect()) {
                case HSET -> searchPairs();
                case HDEL -> searchNames();
                case PEXPIREAT, PERSIST -> {
                    // The deadline of the key, which the newest record's header has.
                }
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    private void searchPairs() {
        for (int i = 1; i + 1 < reader.argumentCount(); i += 2) {
            if (isField(i)) {
                isNamed = true;
                value = reader.argument(i + 1);
            }
        }
    }

    private void searchNames() {
        for (int i = 1; i < reader.argumentCount(); i++) {
            if (isField(i)) {
                isNamed = true;
                value = null;
            }
        }
    }

    private boolean isField(int argument) {
        int length = reader.length(argument);
        int offset = reader.offset(argument);
        return length == field.length && Arrays.equals(reader.bytes(), offset, offset + length, field, 0, field.length);
    }

    /** Returns the value of the field, or null if the hash does not have it. */
    byte @Nullable [] value() {
        return value;
    }
}
