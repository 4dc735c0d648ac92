package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.RMBitMap;
import io.nvmredis.spi.Effect;
import io.nvmredis.spi.Effects;
import org.jspecify.annotations.Nullable;

/** A string seen as bits, which records the byte that each SETBIT has changed. */
final class ObservedBitMap extends RMBitMap implements Observed {
    /** Upstream counts bits with an int and rounds up by adding 7. */
    private static final int MAX_POSITION = Integer.MAX_VALUE - 7;

    private final byte[] changedByte = new byte[1];
    private @Nullable Entry owner;
    private int byteCount;
    private boolean isChanged;

    ObservedBitMap() {}

    ObservedBitMap(byte[] content) {
        super(content);
        byteCount = content.length;
    }

    @Override
    public void setBit(byte bit, int position) {
        if (position > MAX_POSITION) {
            throw new IllegalArgumentException("ERR bit offset is not an integer or out of range");
        }
        if (position >>> 3 < byteCount && getBit(position) == (bit == 1)) {
            return;
        }
        isChanged = true;
        if (owner != null) {
            owner.beforeChange();
        }
        super.setBit(bit, position);
        byteCount = Math.max(byteCount, (position >>> 3) + 1);
        // Upstream grows to the bytes before this bit; writing the byte's last bit as it is grows to this byte too.
        int lastOfByte = position | 7;
        super.setBit((byte) (getBit(lastOfByte) ? 1 : 0), lastOfByte);
        if (owner != null && owner.recordsChanges()) {
            record(owner, position >>> 3);
        }
    }

    /** Whether it is not what it was made from any more. */
    boolean isChanged() {
        return isChanged;
    }

    private void record(Entry entry, int byteIndex) {
        Effects effect = entry.database.recorder().effect(entry, Effect.SETRANGE, 3);
        if (effect != null) {
            int value = 0;
            for (int i = 0; i < 8; i++) {
                value = value << 1 | (getBit(byteIndex * 8 + i) ? 1 : 0);
            }
            changedByte[0] = (byte) value;
            effect.argument((long) byteIndex).argument(changedByte);
        }
    }

    @Override
    public @Nullable Entry owner() {
        return owner;
    }

    @Override
    public void attach(@Nullable Entry newOwner) {
        owner = newOwner;
    }

    /** It is a string, and a string may be empty. */
    @Override
    public boolean isEmptyCollection() {
        return false;
    }

    @Override
    public long contentBytes() {
        return byteCount;
    }

    @Override
    public Observed copy() {
        return new ObservedBitMap(RawBytes.of(getAsSlice()));
    }
}
