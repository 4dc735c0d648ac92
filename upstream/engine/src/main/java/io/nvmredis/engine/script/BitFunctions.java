package io.nvmredis.engine.script;

import java.util.Locale;
import java.util.function.IntBinaryOperator;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** Library {@code bit}, with the semantics of Lua BitOp: signed 32-bit numbers. */
final class BitFunctions {
    /** Number that, added to another, leaves the other, rounded, in the low bits of the sum. */
    private static final double ROUNDER = 6755399441055744.0;

    private static final int HEX_DIGITS = 8;

    private BitFunctions() {}

    static ReadonlyTable table() {
        ReadonlyTable table = new ReadonlyTable();
        ScriptFunction.put(table, "tobit", (run, arguments) -> LuaValue.valueOf(bits(arguments, 1)));
        ScriptFunction.put(table, "bnot", (run, arguments) -> LuaValue.valueOf(~bits(arguments, 1)));
        ScriptFunction.put(
                table, "bswap", (run, arguments) -> LuaValue.valueOf(Integer.reverseBytes(bits(arguments, 1))));
        ScriptFunction.put(table, "tohex", (run, arguments) -> hexadecimal(arguments));
        all(table, "band", (x, y) -> x & y);
        all(table, "bor", (x, y) -> x | y);
        all(table, "bxor", (x, y) -> x ^ y);
        shift(table, "lshift", (x, count) -> x << count);
        shift(table, "rshift", (x, count) -> x >>> count);
        shift(table, "arshift", (x, count) -> x >> count);
        shift(table, "rol", Integer::rotateLeft);
        shift(table, "ror", Integer::rotateRight);
        return table.seal();
    }

    private static int bits(Args arguments, int position) {
        return (int) Double.doubleToRawLongBits(arguments.number(position) + ROUNDER);
    }

    private static void all(ReadonlyTable table, String name, IntBinaryOperator operator) {
        ScriptFunction.put(table, name, (run, arguments) -> {
            int result = bits(arguments, 1);
            for (int i = 2; i <= arguments.count(); i++) {
                result = operator.applyAsInt(result, bits(arguments, i));
            }
            return LuaValue.valueOf(result);
        });
    }

    private static void shift(ReadonlyTable table, String name, IntBinaryOperator operator) {
        ScriptFunction.put(
                table,
                name,
                (run, arguments) -> LuaValue.valueOf(operator.applyAsInt(bits(arguments, 1), bits(arguments, 2) & 31)));
    }

    private static LuaString hexadecimal(Args arguments) {
        int value = bits(arguments, 1);
        int digits = arguments.isMissing(2) ? HEX_DIGITS : bits(arguments, 2);
        int count = digits == Integer.MIN_VALUE ? HEX_DIGITS : Math.min(HEX_DIGITS, Math.abs(digits));
        String text = String.format(Locale.ROOT, "%08x", value).substring(HEX_DIGITS - count);
        return LuaText.of(digits < 0 ? text.toUpperCase(Locale.ROOT) : text);
    }
}
