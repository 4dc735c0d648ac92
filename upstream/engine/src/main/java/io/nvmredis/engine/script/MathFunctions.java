package io.nvmredis.engine.script;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Library {@code math}. */
final class MathFunctions {
    private MathFunctions() {}

    static ReadonlyTable table() {
        ReadonlyTable table = new ReadonlyTable();
        table.set("pi", LuaValue.valueOf(Math.PI));
        table.set("huge", LuaValue.valueOf(Double.POSITIVE_INFINITY));
        one(table, "abs", Math::abs);
        one(table, "acos", Math::acos);
        one(table, "asin", Math::asin);
        one(table, "atan", Math::atan);
        one(table, "ceil", Math::ceil);
        one(table, "cos", Math::cos);
        one(table, "cosh", Math::cosh);
        one(table, "deg", number -> number / (Math.PI / 180));
        one(table, "exp", Math::exp);
        one(table, "floor", Math::floor);
        one(table, "log", Math::log);
        one(table, "log10", Math::log10);
        one(table, "rad", number -> number * (Math.PI / 180));
        one(table, "sin", Math::sin);
        one(table, "sinh", Math::sinh);
        one(table, "sqrt", Math::sqrt);
        one(table, "tan", Math::tan);
        one(table, "tanh", Math::tanh);
        two(table, "atan2", Math::atan2);
        two(table, "fmod", (x, y) -> x % y);
        two(table, "mod", (x, y) -> x % y);
        two(table, "pow", Math::pow);
        two(table, "ldexp", (x, exponent) -> Math.scalb(x, (int) exponent));
        ScriptFunction.put(table, "frexp", (run, arguments) -> frexp(arguments.number(1)));
        ScriptFunction.put(table, "max", (run, arguments) -> extreme(arguments, true));
        ScriptFunction.put(table, "min", (run, arguments) -> extreme(arguments, false));
        ScriptFunction.put(table, "modf", (run, arguments) -> modf(arguments.number(1)));
        ScriptFunction.put(table, "random", MathFunctions::random);
        ScriptFunction.put(table, "randomseed", (run, arguments) -> {
            run.random().seed((int) arguments.integer(1));
            return LuaValue.NONE;
        });
        return table.seal();
    }

    private static void one(ReadonlyTable table, String name, DoubleUnaryOperator function) {
        ScriptFunction.put(
                table, name, (run, arguments) -> LuaValue.valueOf(function.applyAsDouble(arguments.number(1))));
    }

    private static void two(ReadonlyTable table, String name, DoubleBinaryOperator function) {
        ScriptFunction.put(
                table,
                name,
                (run, arguments) -> LuaValue.valueOf(function.applyAsDouble(arguments.number(1), arguments.number(2))));
    }

    private static Varargs frexp(double number) {
        if (number == 0 || Double.isNaN(number) || Double.isInfinite(number)) {
            return LuaValue.varargsOf(LuaValue.valueOf(number), LuaValue.ZERO);
        }
        int exponent = Math.getExponent(number) + 1;
        if (exponent <= Double.MIN_EXPONENT) {
            exponent = Math.getExponent(number * 0x1p54) + 1 - 54;
        }
        double fraction = Math.scalb(Math.scalb(number, -exponent / 2), -exponent + exponent / 2);
        return LuaValue.varargsOf(LuaValue.valueOf(fraction), LuaValue.valueOf(exponent));
    }

    private static Varargs modf(double number) {
        double whole = number > 0 ? Math.floor(number) : Math.ceil(number);
        double rest = Double.isInfinite(number) ? 0 : number - whole;
        return LuaValue.varargsOf(LuaValue.valueOf(whole), LuaValue.valueOf(rest));
    }

    private static Varargs extreme(Args arguments, boolean isMax) {
        double found = arguments.number(1);
        for (int i = 2; i <= arguments.count(); i++) {
            double next = arguments.number(i);
            if (isMax ? next > found : next < found) {
                found = next;
            }
        }
        return LuaValue.valueOf(found);
    }

    private static Varargs random(ScriptRun run, Args arguments) {
        double random = run.random().next();
        switch (arguments.count()) {
            case 0 -> {
                return LuaValue.valueOf(random);
            }
            case 1 -> {
                int high = (int) arguments.integer(1);
                if (high < 1) {
                    throw arguments.bad(1, "interval is empty");
                }
                return LuaValue.valueOf(Math.floor(random * high) + 1);
            }
            case 2 -> {
                int from = (int) arguments.integer(1);
                int to = (int) arguments.integer(2);
                if (from > to) {
                    throw arguments.bad(2, "interval is empty");
                }
                return LuaValue.valueOf(Math.floor(random * ((double) to - from + 1)) + from);
            }
            default -> {
                throw run.failure("wrong number of arguments");
            }
        }
    }
}
