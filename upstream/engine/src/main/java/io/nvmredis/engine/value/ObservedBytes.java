package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.datastructures.StringCompatible;
import com.github.fppt.jedismock.exception.WrongValueTypeException;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.spi.effects.BufferCapacity;
import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * String that is changed in place, and records the bytes that have changed. It is changed by SETBIT and BITFIELD, which
 * see it as bits, where bit 0 is the highest of the first byte, or as a HyperLogLog.
 */
public final class ObservedBytes extends StringCompatible implements Observed {
    private @Nullable Entry owner;
    /** Array with the string, which may be shorter than the array. */
    private byte[] bytes;

    private int byteCount;

    /** Creates a string with a copy of the content. */
    public ObservedBytes(byte[] content) {
        bytes = content.clone();
        byteCount = content.length;
    }

    public static int mask(long position) {
        return 0x80 >>> (int) (position & 7);
    }

    /** Returns a bit; zero beyond the end of the string. */
    public boolean bitAt(long position) {
        return position >>> 3 < byteCount && (bytes[(int) (position >>> 3)] & mask(position)) != 0;
    }

    /** Sets a bit; the string grows up to the byte that contains it. Returns false if nothing has changed. */
    public boolean putBit(boolean bit, long position) {
        int index = Math.toIntExact(position >>> 3);
        if (index < byteCount && bitAt(position) == bit) {
            return false;
        }
        if (owner != null) {
            owner.beforeChange();
        }
        if (index >= byteCount) {
            grow(index + 1);
        }
        bytes[index] ^= (byte) (bitAt(position) == bit ? 0 : mask(position));
        if (owner != null && owner.recordsChanges()) {
            recordPatch(owner, index, 1);
        }
        return true;
    }

    /** Returns the number of bytes of the string. */
    public int length() {
        return byteCount;
    }

    /** Copies the bytes from an offset on into an array, which gets zeros for bytes beyond the end of the string. */
    public void read(int offset, byte[] target) {
        Arrays.fill(target, (byte) 0);
        int length = Math.min(target.length, byteCount - offset);
        if (length > 0) {
            System.arraycopy(bytes, offset, target, 0, length);
        }
    }

    /** Overwrites the bytes from an offset on; the string grows up to the last of them. */
    public void write(int offset, byte[] source) {
        if (owner != null) {
            owner.beforeChange();
        }
        if (offset + source.length > byteCount) {
            grow(offset + source.length);
        }
        System.arraycopy(source, 0, bytes, offset, source.length);
        changed(offset, source.length);
    }

    /**
     * Returns the bytes, to be changed in place; each change must be reported afterwards.
     *
     * @see #changed
     * @see #changedAll
     */
    public byte[] beginChange() {
        if (owner != null) {
            owner.beforeChange();
        }
        return bytes;
    }

    /** Records that these bytes have been changed. */
    public void changed(int offset, int length) {
        if (owner != null && owner.recordsChanges()) {
            recordPatch(owner, offset, length);
        }
    }

    /** Records that so many bytes have been changed that the string is better written whole. */
    public void changedAll() {
        if (owner != null && owner.recordsChanges()) {
            owner.sink.markFresh(owner);
        }
    }

    private void recordPatch(Entry entry, int offset, int length) {
        Effects effect = entry.sink.effect(entry, Effect.SETRANGE, 3);
        if (effect != null) {
            effect.argument((long) offset).argument(bytes, offset, length);
        }
    }

    /** Returns the string, to be read before it changes; it is a copy only if the array is longer than the string. */
    public byte[] shared() {
        return bytes.length == byteCount ? bytes : content();
    }

    /** Returns a copy of the string. */
    byte[] content() {
        return Arrays.copyOf(bytes, byteCount);
    }

    private void grow(int length) {
        if (length > bytes.length) {
            long roomy = Math.min(bytes.length + (long) (bytes.length >> 1), BufferCapacity.MAX);
            bytes = Arrays.copyOf(bytes, (int) Math.max(length, roomy));
        }
        byteCount = length;
    }

    @Override
    public Slice getAsSlice() {
        return Slice.create(content());
    }

    @Override
    public void raiseTypeCastException() {
        throw new WrongValueTypeException(ErrorReplies.WRONG_TYPE);
    }

    @Override
    public @Nullable Entry owner() {
        return owner;
    }

    @Override
    public void attach(@Nullable Entry newOwner) {
        owner = newOwner;
    }

    /** Returns false, because this is a string, and a string may be empty. */
    @Override
    public boolean isEmptyCollection() {
        return false;
    }

    @Override
    public long contentBytes() {
        return bytes.length;
    }

    @Override
    public Observed copy() {
        return new ObservedBytes(content());
    }
}
