package io.nvmredis.nvm.table;

import java.util.Arrays;

/**
 * Distinct numbers, such as hashes, and the index of each, from 0 on in the order in which they were added: a hash table with
 * open addressing, never more than half full. Only the writer uses it.
 */
final class NumberIndex {
    static final int INITIAL_CAPACITY = 64;

    private static final int NONE = -1;

    private long[] numbers = new long[INITIAL_CAPACITY];
    /** Index of each number, plus one. */
    private int[] cells = new int[2 * INITIAL_CAPACITY];

    private int count;

    private int cellOf(long number) {
        int mask = cells.length - 1;
        int cell = (int) (number ^ (number >>> 32)) & mask;
        while (cells[cell] != 0 && numbers[cells[cell] - 1] != number) {
            cell = (cell + 1) & mask;
        }
        return cell;
    }

    /** Returns the index of a number, or a negative number. */
    int indexOf(long number) {
        return count == 0 ? NONE : cells[cellOf(number)] - 1;
    }

    /** Returns the index of a number; if that is the count there was, the number has been added. */
    int indexOrAdd(long number) {
        int cell = cellOf(number);
        if (cells[cell] != 0) {
            return cells[cell] - 1;
        }
        if (count == numbers.length) {
            grow();
            cell = cellOf(number);
        }
        numbers[count] = number;
        cells[cell] = ++count;
        return count - 1;
    }

    private void grow() {
        numbers = Arrays.copyOf(numbers, 2 * count);
        cells = new int[4 * count];
        for (int index = 0; index < count; index++) {
            cells[cellOf(numbers[index])] = index + 1;
        }
    }

    int count() {
        return count;
    }

    long number(int index) {
        return numbers[index];
    }

    void clear() {
        // Clearing a few numbers must not take as long as clearing the many before them.
        if (count < cells.length / 16) {
            clearOneByOne();
        } else {
            Arrays.fill(cells, 0);
        }
        count = 0;
    }

    private void clearOneByOne() {
        // From the last to the first, so that all the numbers that were stepped over when a number was added are still
        // there when it is searched for.
        for (int index = count - 1; index >= 0; index--) {
            cells[cellOf(numbers[index])] = 0;
        }
    }
}
