package io.nvmredis.engine.keyspace;

import com.github.fppt.jedismock.datastructures.RMDataStructure;
import com.github.fppt.jedismock.datastructures.RMString;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.value.ColdValue;
import io.nvmredis.engine.value.Entry;
import io.nvmredis.engine.value.Image;
import io.nvmredis.engine.value.ValueCursor;
import io.nvmredis.spi.SnapshotVisitor;
import io.nvmredis.spi.ValueType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Key of a snapshot with its value at the cut. The snapshot has reached the key, or has set it aside. The value is
 * copied at once, or piece by piece, or, if it is a big value on the cold side, read later.
 *
 * <p>While the entry still has this value ({@link #isShared}), a command that is about to change the value first has
 * the rest of it copied. A value that its entry has lost belongs to this object alone. Guarded by the engine's lock.
 */
final class SnapshotValue {
    /** Bytes of memory per object with its key, without the bytes of key and value. */
    private static final long BYTES = 120;

    private final int database;
    private final byte[] key;
    private final long deadline;
    /** Entry that has the value; null if the value is fully copied, or no entry has it any more. */
    private @Nullable Entry entry;

    private @Nullable RMDataStructure value;
    private @Nullable ValueCursor cursor;
    /** Part of the value that has been copied and not yet been shown. */
    private Image image = new Image();

    private ValueType type = ValueType.STRING;
    /** Number of elements, as the visitor is told; 1 for a string. */
    private int count = 1;

    private boolean hasBegun;
    private boolean isWhole;
    private boolean isPinned;
    /** Whether the bytes of this object count as set aside. */
    private boolean isAside;

    private long bytes;

    private SnapshotValue(int database, byte[] key, long deadline) {
        this.database = database;
        this.key = key;
        this.deadline = deadline;
        bytes = BYTES + key.length;
    }

    /** Returns an object with a value that was read from the cold side. */
    static SnapshotValue of(int database, byte[] key, long deadline, Image read) {
        SnapshotValue made = new SnapshotValue(database, key, deadline);
        made.become(read);
        return made;
    }

    /** Returns an object for the value of an entry, copied at once unless it is a big or a cold value. */
    static SnapshotValue of(Entry entry) {
        SnapshotValue made = new SnapshotValue(entry.database, entry.keyBytes(), entry.deadline);
        if (entry.value instanceof RMString string) {
            made.image.string(RawBytes.of(string));
            made.isWhole = true;
            made.bytes += made.image.contentBytes();
            return made;
        }
        made.value = entry.value;
        if (entry.value instanceof ColdValue) {
            made.entry = entry;
            return made;
        }
        made.begin(entry.value);
        if (ValueCursor.isBig(entry.value)) {
            made.entry = entry;
        } else {
            made.copyRest();
        }
        return made;
    }

    /** Returns an object for a string that APPEND has already extended, with the string before that. */
    static SnapshotValue before(Entry entry, RMString appended) {
        Image before = new Image();
        before.string(Arrays.copyOf(RawBytes.of(appended), entry.loggedLength));
        return of(entry.database, entry.keyBytes(), entry.deadline, before);
    }

    private void begin(RMDataStructure content) {
        cursor = new ValueCursor(content);
        type = cursor.type();
        count = cursor.count();
    }

    private void become(Image read) {
        unpin();
        image = read;
        type = read.type();
        count = read.count();
        isWhole = true;
        entry = null;
        value = null;
        bytes += read.contentBytes();
    }

    /**
     * Returns the object under which the snapshot tracks a value that is not copied yet: its entry, which must not
     * change unseen, or, if no entry has it, the value, which no key may be given again. Returns null if the value is
     * whole.
     */
    @Nullable
    Object handle() {
        if (isWhole) {
            return null;
        }
        return entry == null ? value : entry;
    }

    /** Tells whether the value must first be read from the cold side. */
    boolean isCold() {
        return value instanceof ColdValue;
    }

    boolean isShared() {
        return entry != null;
    }

    int database() {
        return database;
    }

    byte[] key() {
        return key;
    }

    /** Pins the entry of a cold value in memory until {@link #unpin}. */
    void pin() {
        if (entry != null && !isPinned) {
            entry.pins++;
            isPinned = true;
        }
    }

    void unpin() {
        if (entry != null && isPinned) {
            entry.pins--;
        }
        isPinned = false;
    }

    boolean isAside() {
        return isAside;
    }

    void isAside(boolean aside) {
        isAside = aside;
    }

    /** Takes over the content of a cold value, which has been read. */
    void read(Image content) {
        become(content);
    }

    /** Notes that the entry has lost the value or was evicted: the value does not change any more. */
    void lose() {
        entry = null;
    }

    /** Copies the rest of the value, which is about to change. */
    void copyRest() {
        boolean wasBig = entry != null;
        if (cursor != null) {
            cursor.copyRest(image);
        }
        isWhole = true;
        entry = null;
        value = null;
        bytes += wasBig ? image.referenceBytes() : image.contentBytes();
    }

    /** Copies more elements; returns false if none is left. */
    boolean copy(int elements) {
        if (isWhole || cursor == null) {
            return false;
        }
        cursor.copy(elements, image);
        isWhole = cursor.isOver();
        return !isWhole;
    }

    /** Tells whether the whole value has been copied. */
    boolean isWhole() {
        return isWhole;
    }

    /**
     * Returns the bytes of memory that this object takes beside the data themselves. Of a big value only the references
     * count.
     */
    long bytes() {
        return bytes;
    }

    /** Takes the part that has been copied and not yet been shown. */
    Piece piece() {
        boolean isFirst = !hasBegun;
        Image content = image;
        image = new Image();
        hasBegun |= isWhole || !content.isEmpty();
        return new Piece(this, content, isFirst && hasBegun, isWhole);
    }

    /** Some elements of a value. They are shown without a lock. */
    record Piece(SnapshotValue of, Image image, boolean isFirst, boolean isLast) {
        void show(SnapshotVisitor visitor) {
            if (isFirst) {
                visitor.key(of.database, of.key, of.deadline);
                visitor.begin(of.type, of.count);
            }
            image.show(of.type, visitor);
            if (isLast) {
                visitor.end();
            }
        }

        long bytes() {
            return image.contentBytes();
        }
    }
}
