package io.nvmredis.engine.script;

import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;

/** Numbers and their texts as in Lua 5.1 on Linux. */
final class LuaNumbers {
    private static final int TEXT_DIGITS = 14;
    /** Number of digits that tell any double from any other; commands get numbers with so many. */
    private static final int EXACT_DIGITS = 17;

    private LuaNumbers() {}

    /** Returns a number as {@code %.14g}. */
    static LuaString text(LuaValue number) {
        return LuaText.of(number instanceof LuaInteger ? number.tojstring() : format(number.todouble(), TEXT_DIGITS));
    }

    /** Returns a number as {@code %.17g}. */
    static String exactText(LuaValue number) {
        return number instanceof LuaInteger ? number.tojstring() : format(number.todouble(), EXACT_DIGITS);
    }

    /** Converts a number as C on x86 does: a number out of range becomes the smallest {@code long}. */
    static long toLong(double number) {
        return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
    }

    static String format(double number, int digits) {
        long whole = (long) number;
        if (whole == number && Math.abs(number) < 1e14 && !(whole == 0 && 1 / number < 0)) {
            return Long.toString(whole);
        }
        return new PrintfNumber("", 0, digits).general(number, false);
    }

    /** Returns a string, or a number as a string; null for other values. */
    static @Nullable LuaString asString(LuaValue value) {
        if (value instanceof LuaString string) {
            return string;
        }
        return value.type() == LuaValue.TNUMBER ? text(value) : null;
    }

    /** Returns a number, or a string that is one as a number; nil for other values. */
    static LuaValue asNumber(LuaValue value) {
        if (value.type() == LuaValue.TNUMBER) {
            return value;
        }
        return value instanceof LuaString string ? parse(LuaText.of(string)) : LuaValue.NIL;
    }

    /** Parses a number as strtod(3) does, with blanks alone around it; nil if the text is none. */
    static LuaValue parse(String text) {
        String word = strip(text);
        if (word.isEmpty()) {
            return LuaValue.NIL;
        }
        boolean isNegative = word.charAt(0) == '-';
        String rest = isNegative || word.charAt(0) == '+' ? word.substring(1) : word;
        double value = magnitude(rest);
        // NaN stands for a text that is no number, except for the text "nan".
        if (Double.isNaN(value) && !rest.equalsIgnoreCase("nan")) {
            return LuaValue.NIL;
        }
        return LuaValue.valueOf(isNegative ? -value : value);
    }

    private static double magnitude(String word) {
        if (word.equalsIgnoreCase("inf") || word.equalsIgnoreCase("infinity")) {
            return Double.POSITIVE_INFINITY;
        }
        if (word.length() > 2 && word.charAt(0) == '0' && (word.charAt(1) | 0x20) == 'x') {
            return hexadecimal(word);
        }
        boolean hasDigit = false;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            boolean isExponent = (c | 0x20) == 'e' && hasDigit;
            boolean isSign = (c == '+' || c == '-') && i > 0 && (word.charAt(i - 1) | 0x20) == 'e';
            hasDigit |= c >= '0' && c <= '9';
            if (!(c >= '0' && c <= '9') && c != '.' && !isExponent && !isSign) {
                return Double.NaN;
            }
        }
        return parsed(word);
    }

    private static double hexadecimal(String word) {
        String form = word.indexOf('p') < 0 && word.indexOf('P') < 0 ? word + "p0" : word;
        return parsed(form);
    }

    private static double parsed(String word) {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    static boolean isSpace(int c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static String strip(String text) {
        int begin = 0;
        int end = text.length();
        while (begin < end && isSpace(text.charAt(begin))) {
            begin++;
        }
        while (begin < end && isSpace(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(begin, end);
    }
}
