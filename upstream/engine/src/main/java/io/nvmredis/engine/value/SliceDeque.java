package io.nvmredis.engine.value;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * List in a circular array. Adding and removing at either end is O(1), reading anywhere is O(1), and a change in the
 * middle moves the shorter side. Not safe for use by several threads.
 */
class SliceDeque extends AbstractList<Slice> implements RandomAccess {
    private static final int INITIAL_CAPACITY = 8;

    private static final int REFERENCE_BYTES = 4;

    /**
     * Elements: the array's length is a power of two, and element {@code i} is at {@code (head + i) & (length - 1)}.
     */
    private @Nullable Slice[] ring = new Slice[INITIAL_CAPACITY];

    private int head;
    private int size;
    /** Bytes of memory of the elements. */
    private long elementBytes;

    @Override
    public int size() {
        return size;
    }

    /** Returns the bytes of memory of the list, roughly. */
    long contentBytes() {
        return elementBytes + (long) REFERENCE_BYTES * ring.length;
    }

    @Override
    public Slice get(int index) {
        return at(Objects.checkIndex(index, size));
    }

    @Override
    public Slice set(int index, Slice element) {
        Slice previous = at(Objects.checkIndex(index, size));
        ring[slot(index)] = element;
        elementBytes += Weights.of(element) - Weights.of(previous);
        return previous;
    }

    @Override
    public void add(int index, Slice element) {
        if (index < 0 || index > size) {
            throw new IndexOutOfBoundsException(index);
        }
        modCount++;
        elementBytes += Weights.of(element);
        if (size == ring.length) {
            grow();
        }
        if (index < size - index) {
            head = (head - 1) & (ring.length - 1);
            size++;
            for (int i = 0; i < index; i++) {
                ring[slot(i)] = ring[slot(i + 1)];
            }
        } else {
            size++;
            for (int i = size - 1; i > index; i--) {
                ring[slot(i)] = ring[slot(i - 1)];
            }
        }
        ring[slot(index)] = element;
    }

    @Override
    public Slice remove(int index) {
        Slice removed = at(Objects.checkIndex(index, size));
        removeRangeUnrecorded(index, index + 1);
        return removed;
    }

    @Override
    protected void removeRange(int from, int to) {
        removeRangeUnrecorded(from, to);
    }

    private void removeRangeUnrecorded(int from, int to) {
        modCount++;
        int count = to - from;
        for (int i = from; i < to; i++) {
            elementBytes -= Weights.of(at(i));
        }
        if (from < size - to) {
            for (int i = from - 1; i >= 0; i--) {
                ring[slot(i + count)] = ring[slot(i)];
            }
            for (int i = 0; i < count; i++) {
                ring[slot(i)] = null;
            }
            head = slot(count);
        } else {
            for (int i = to; i < size; i++) {
                ring[slot(i - count)] = ring[slot(i)];
            }
            for (int i = size - count; i < size; i++) {
                ring[slot(i)] = null;
            }
        }
        size -= count;
        shrink();
    }

    /** Removes elements in one pass, however many they are. */
    @Override
    public boolean removeIf(Predicate<? super Slice> filter) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            Slice element = at(i);
            if (filter.test(element)) {
                elementBytes -= Weights.of(element);
            } else {
                ring[slot(kept++)] = element;
            }
        }
        boolean isChanged = kept < size;
        for (int i = kept; i < size; i++) {
            ring[slot(i)] = null;
        }
        size = kept;
        modCount++;
        shrink();
        return isChanged;
    }

    private int slot(int index) {
        return (head + index) & (ring.length - 1);
    }

    private Slice at(int index) {
        return Objects.requireNonNull(ring[slot(index)]);
    }

    private void grow() {
        resize(ring.length << 1);
    }

    /** Shrinks the array of a queue that was once long. */
    private void shrink() {
        while (ring.length > INITIAL_CAPACITY && size <= ring.length >> 3) {
            resize(ring.length >> 2);
        }
    }

    private void resize(int capacity) {
        @Nullable Slice[] resized = new Slice[Math.max(capacity, INITIAL_CAPACITY)];
        int first = Math.min(size, ring.length - head);
        System.arraycopy(ring, head, resized, 0, first);
        System.arraycopy(ring, 0, resized, first, size - first);
        ring = resized;
        head = 0;
    }
}
