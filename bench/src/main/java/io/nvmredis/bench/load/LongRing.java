package io.nvmredis.bench.load;

import java.util.NoSuchElementException;

/** A queue of numbers that makes no garbage once it has grown. */
final class LongRing {
    private long[] elements = new long[64];
    private int first;
    private int size;

    void add(long element) {
        if (size == elements.length) {
            grow();
        }
        elements[(first + size++) & (elements.length - 1)] = element;
    }

    long take() {
        if (size == 0) {
            throw new NoSuchElementException("more replies than were asked for");
        }
        long element = elements[first];
        first = (first + 1) & (elements.length - 1);
        size--;
        return element;
    }

    int size() {
        return size;
    }

    private void grow() {
        long[] larger = new long[2 * elements.length];
        for (int i = 0; i < size; i++) {
            larger[i] = elements[(first + i) & (elements.length - 1)];
        }
        elements = larger;
        first = 0;
    }
}
