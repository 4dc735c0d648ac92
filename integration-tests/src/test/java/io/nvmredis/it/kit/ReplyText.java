package io.nvmredis.it.kit;

import io.nvmredis.it.kit.RespClient.NilArray;
import io.nvmredis.it.kit.RespClient.Resp3Reply;
import io.nvmredis.it.kit.RespClient.RespError;
import io.nvmredis.it.kit.RespClient.SimpleString;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Replies as a text in which every kind can be told from the others: {@code +simple}, {@code "bulk"}, {@code 7}, {@code
 * -error}, {@code nil}, {@code nil[]}, {@code [array, of, replies]}. Bytes that cannot be printed are {@code \\xHH}.
 * What RESP3 alone has begins with the byte that it has there, as {@code ~[a, set]}, whose elements are sorted.
 */
public final class ReplyText {
    private static final Pattern LONG_NUMBER = Pattern.compile("\"(-?[0-9]+\\.[0-9]{14,})\"");

    private ReplyText() {}

    static String of(Object reply) {
        if (reply == null) {
            return "nil";
        }
        if (reply == NilArray.NIL) {
            return "nil[]";
        }
        if (reply instanceof SimpleString simple) {
            return "+" + simple.text();
        }
        if (reply instanceof RespError error) {
            return "-" + error.message();
        }
        if (reply instanceof Resp3Reply typed) {
            return typed.type() + of(typed);
        }
        if (reply instanceof List<?> elements) {
            return elements.stream().map(ReplyText::of).collect(Collectors.joining(", ", "[", "]"));
        }
        return reply instanceof String bulk ? quoted(bulk) : reply.toString();
    }

    private static String of(Resp3Reply typed) {
        if (typed.value() instanceof List<?> elements && typed.type() == '~') {
            return elements.stream().map(ReplyText::of).sorted().collect(Collectors.joining(", ", "[", "]"));
        }
        return typed.value() instanceof String line && typed.type() != '=' ? line : of(typed.value());
    }

    private static String quoted(String bulk) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < bulk.length(); i++) {
            char next = bulk.charAt(i);
            if (next >= 32 && next < 127 && next != '"' && next != '\\') {
                text.append(next);
            } else {
                text.append(String.format(Locale.ROOT, "\\x%02x", (int) next));
            }
        }
        return text.append('"').toString();
    }

    /** Whether they say the same: of an error its code, and a number in its shortest form or with 17 digits. */
    public static boolean areEqual(String one, String other) {
        if (one.startsWith("-") && other.startsWith("-") && isError(one) && isError(other)) {
            return code(one).equals(code(other));
        }
        return normal(one).equals(normal(other));
    }

    /** And not a negative integer. */
    private static boolean isError(String text) {
        return text.length() > 1 && !Character.isDigit(text.charAt(1));
    }

    private static String code(String error) {
        return error.split(" ", 2)[0];
    }

    private static String normal(String text) {
        String withCodes = text.replaceAll("-([A-Z]+) [^,\\]]*", "-$1");
        return LONG_NUMBER.matcher(withCodes).replaceAll(match -> '"' + shortest(match.group(1)) + '"');
    }

    private static String shortest(String number) {
        return new BigDecimal(Double.toString(Double.parseDouble(number))).toPlainString();
    }
}
