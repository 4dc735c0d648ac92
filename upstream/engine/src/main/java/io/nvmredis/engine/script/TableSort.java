package io.nvmredis.engine.script;

import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/**
 * Function {@code table.sort}: quicksort in place. The shorter side is sorted by recursion, so the depth stays small.
 */
final class TableSort {
    private static final String INVALID = "invalid order function for sorting";

    private final ScriptRun run;
    private final LuaTable table;
    private final LuaValue order;

    private TableSort(ScriptRun run, LuaTable table, LuaValue order) {
        this.run = run;
        this.table = table;
        this.order = order;
    }

    static void sort(ScriptRun run, Args arguments) {
        LuaTable table = arguments.table(1);
        LuaValue order = arguments.isMissing(2) ? LuaValue.NIL : arguments.function(2);
        int length = table.rawlen();
        if (table instanceof ReadonlyTable && length > 0) {
            table.rawset(1, LuaValue.NIL);
        }
        new TableSort(run, table, order).sort(1, length);
    }

    private void sort(int from, int to) {
        int low = from;
        int high = to;
        while (low < high) {
            orderEnds(low, high);
            if (high - low == 1) {
                return;
            }
            int middle = (low + high) >>> 1;
            orderMiddle(low, middle, high);
            if (high - low == 2) {
                return;
            }
            int split = partition(low, middle, high);
            if (split - low < high - split) {
                sort(low, split - 1);
                low = split + 1;
            } else {
                sort(split + 1, high);
                high = split - 1;
            }
        }
    }

    private void orderEnds(int low, int high) {
        if (isLess(table.rawget(high), table.rawget(low))) {
            swap(low, high);
        }
    }

    private void orderMiddle(int low, int middle, int high) {
        if (isLess(table.rawget(middle), table.rawget(low))) {
            swap(middle, low);
        } else if (isLess(table.rawget(high), table.rawget(middle))) {
            swap(middle, high);
        }
    }

    /** Moves the elements less than the middle one to its left and the others to its right; returns its new index. */
    private int partition(int low, int middle, int high) {
        LuaValue pivot = table.rawget(middle);
        swap(middle, high - 1);
        int i = low;
        int j = high - 1;
        while (true) {
            while (isLess(table.rawget(++i), pivot)) {
                if (i > high) {
                    throw run.failure(INVALID);
                }
            }
            while (isLess(pivot, table.rawget(--j))) {
                if (j < low) {
                    throw run.failure(INVALID);
                }
            }
            if (j < i) {
                break;
            }
            swap(i, j);
        }
        swap(high - 1, i);
        return i;
    }

    private void swap(int i, int j) {
        LuaValue kept = table.rawget(i);
        table.rawset(i, table.rawget(j));
        table.rawset(j, kept);
    }

    private boolean isLess(LuaValue left, LuaValue right) {
        run.step();
        if (!order.isnil()) {
            return order.call(left, right).toboolean();
        }
        boolean areComparable = (left.type() == LuaValue.TNUMBER && right.type() == LuaValue.TNUMBER)
                || (left.type() == LuaValue.TSTRING && right.type() == LuaValue.TSTRING)
                || !left.metatag(LuaValue.LT).isnil();
        if (!areComparable) {
            throw run.innerFailure(
                    left.typename().equals(right.typename())
                            ? "attempt to compare two " + left.typename() + " values"
                            : "attempt to compare " + left.typename() + " with " + right.typename());
        }
        return left.lt_b(right);
    }
}
