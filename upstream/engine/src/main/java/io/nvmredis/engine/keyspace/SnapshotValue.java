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
 * A key that a snapshot has come to, or that was set aside for it, with its value at the cut: copied, to be copied piece
 * by piece, or, if it is a big one on the cold side, to be read.
 *
 * <p>As long as the value is still the key's ({@link #isShared}) a command that is about to change it has the rest copied
 * first. A value that its key has lost is nobody's but this one's. Guarded by the engine's lock.
 */
final class SnapshotValue {
    /** What one takes with its key, but for the bytes of both. */
    private static final long BYTES = 120;

    private final int database;
    private final byte[] key;
    private final long deadline;
    /** Whose value it is; null if it is nobody's any more. */
    private @Nullable Entry entry;

    private @Nullable RMDataStructure value;
    private @Nullable ValueCursor cursor;
    /** What has been copied and not been shown. */
    private Image image = new Image();

    private ValueType type = ValueType.STRING;
    /** Elements, as a visitor is told: a string is one. */
    private int count = 1;

    private boolean hasBegun;
    private boolean isWhole;
    private boolean isPinned;
    /** Whether it counts as set aside. */
    private boolean isAside;

    private long bytes;

    private SnapshotValue(int database, byte[] key, long deadline) {
        this.database = database;
        this.key = key;
        this.deadline = deadline;
        bytes = BYTES + key.length;
    }

    /** One read from the cold side. */
    static SnapshotValue of(int database, byte[] key, long deadline, Image read) {
        SnapshotValue made = new SnapshotValue(database, key, deadline);
        made.become(read);
        return made;
    }

    /** The value of an entry: copied at once, unless it is a big one or a cold one. */
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

    /** The value of an entry that APPEND has added to already, without what was added. */
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

    /** What must not change, or be used again, unseen: the entry whose value it is, or the value; null if nothing. */
    @Nullable
    Object handle() {
        if (isWhole) {
            return null;
        }
        return entry == null ? value : entry;
    }

    /** Whether it must be read from the cold side first. */
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

    /** Has the entry of a cold one stay until it has been read. */
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

    /** A cold one has been read. */
    void read(Image content) {
        become(content);
    }

    /** Its key has lost it, or has been evicted: it will not change any more. */
    void lose() {
        entry = null;
    }

    /** It is about to change. */
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

    /** Copies some more of it; false if there is no more. */
    boolean copy(int elements) {
        if (isWhole || cursor == null) {
            return false;
        }
        cursor.copy(elements, image);
        isWhole = cursor.isOver();
        return !isWhole;
    }

    /** Whether all of it has been copied, to be shown. */
    boolean isWhole() {
        return isWhole;
    }

    /** What it takes in memory that is not the data's anyway; a big one counts with the references it holds. */
    long bytes() {
        return bytes;
    }

    /** What has been copied and is to be shown now. */
    Piece piece() {
        boolean isFirst = !hasBegun;
        Image content = image;
        image = new Image();
        hasBegun |= isWhole || !content.isEmpty();
        return new Piece(this, content, isFirst && hasBegun, isWhole);
    }

    /** Some elements of a value. Shown without a lock. */
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
