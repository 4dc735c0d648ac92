package io.nvmredis.nvm.table;

import java.util.Arrays;

/** Elements of a list, in a ring that grows at both ends and can be read and set in the middle. */
final class ByteList {
    /** Value of unused places in the ring, so that removed elements are not kept from the garbage collector. */
    private static final byte[] NONE = {};

    private byte[][] ring = new byte[16][];
    private int head;
    private int size;

    int size() {
        return size;
    }

    private int slot(int index) {
        return (head + index) & (ring.length - 1);
    }

    byte[] get(int index) {
        return ring[slot(checked(index))];
    }

    void set(int index, byte[] element) {
        ring[slot(checked(index))] = element;
    }

    private int checked(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("index " + index + " of a list of " + size);
        }
        return index;
    }

    private void makeRoom() {
        if (size == ring.length) {
            byte[][] larger = new byte[2 * size][];
            System.arraycopy(ring, head, larger, 0, size - head);
            System.arraycopy(ring, 0, larger, size - head, head);
            ring = larger;
            head = 0;
        }
    }

    void addLast(byte[] element) {
        makeRoom();
        ring[slot(size++)] = element;
    }

    void addFirst(byte[] element) {
        makeRoom();
        head = (head - 1) & (ring.length - 1);
        size++;
        ring[head] = element;
    }

    void removeLast() {
        ring[slot(checked(size - 1))] = NONE;
        size--;
    }

    void removeFirst() {
        ring[checked(0) + head] = NONE;
        head = slot(1);
        size--;
    }

    /** Keeps the elements from one index to another, both inclusive, counted from the end if negative. */
    void trim(long start, long stop) {
        int first = Trim.first(start, size);
        int end = Trim.end(stop, size);
        if (first >= end) {
            Arrays.fill(ring, NONE);
            size = 0;
            return;
        }
        while (size > end) {
            removeLast();
        }
        for (int i = 0; i < first; i++) {
            removeFirst();
        }
    }

    /** Computes the range that the arguments of LTRIM mean for a list of a size. */
    static final class Trim {
        private Trim() {}

        static int first(long start, int size) {
            return (int) Math.min(size, Math.max(0, start < 0 ? start + size : start));
        }

        static int end(long stop, int size) {
            return (int) Math.max(0, Math.min(size, (stop < 0 ? stop + size : Math.min(stop, size)) + 1));
        }

        /** Returns how many elements are left. */
        static int size(long start, long stop, int size) {
            return Math.max(0, end(stop, size) - first(start, size));
        }
    }
}
