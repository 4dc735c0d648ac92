package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What numbers stand where in the words of commands that do not read them as Redis does, and how far they may go, checked
 * before upstream's operation sees them: it makes arrays of the length that they say, or counts up to them. {@link
 * DataCommand}s need no rules.
 *
 * <p>A rule is a kind and a place. The place is the position of a word, the command's name being 0, or the name of an
 * option that the number follows. Numbers beyond 32 bits, which upstream does not read and which mean the same as the
 * largest that it does, are replaced by that.
 */
final class ArgumentRules {
    private static final Map<String, List<Rule>> RULES = new HashMap<>();

    static {
        // i: any integer; l: the same where all 64 bits are read. K: a number of keys that follow. c: one or more.
        // t: a timeout in seconds.
        define("""
                blpop t-1
                brpop t-1
                brpoplpush t3
                bzmpop t1 K2 c:count
                bzpopmax t-1
                bzpopmin t-1
                getrange i2 i3
                sintercard K1
                substr i2 i3
                xread i:count l:block
                zmpop K1 c:count
                """);
    }

    /** In milliseconds it is a long. */
    private static final double MAX_TIMEOUT_SECONDS = 9.2e15;

    private static final String TOO_MANY_KEYS = "ERR Number of keys can't be greater than number of args";

    private ArgumentRules() {}

    private record Rule(char kind, int position, @Nullable String option) {}

    private static void define(String lines) {
        lines.lines().forEach(line -> {
            String[] words = line.split(" ", -1);
            List<Rule> rules = new ArrayList<>();
            for (int i = 1; i < words.length; i++) {
                String place = words[i].substring(1);
                rules.add(
                        place.startsWith(":")
                                ? new Rule(words[i].charAt(0), 0, place.substring(1))
                                : new Rule(words[i].charAt(0), Integer.parseInt(place), null));
            }
            RULES.put(words[0], rules);
        });
    }

    static boolean concerns(String command) {
        return RULES.containsKey(command);
    }

    /** What is wrong with the words of a command that stand after its name, or null. */
    static @Nullable String fault(String command, List<Slice> parameters) {
        List<Rule> rules = RULES.get(command);
        if (rules == null) {
            return null;
        }
        for (Rule rule : rules) {
            int index = indexOf(rule, command, parameters);
            String fault = index < 0 || index >= parameters.size() ? null : fault(rule, command, parameters, index);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    /** Where the number stands among the parameters; -1 if it is not there. */
    private static int indexOf(Rule rule, String command, List<Slice> parameters) {
        String option = rule.option();
        if (option == null) {
            return rule.position() < 0 ? parameters.size() + rule.position() : rule.position() - 1;
        }
        for (int i = firstOption(command, parameters); i < parameters.size() - 1; i++) {
            byte[] word = RawBytes.of(parameters.get(i));
            if (command.startsWith("x") && Session.Words.equalsIgnoreCase(word, "streams")) {
                return -1;
            }
            if (Session.Words.equalsIgnoreCase(word, option)) {
                return i + 1;
            }
        }
        return -1;
    }

    /** Where options may begin: a key or an element may be called like one. */
    private static int firstOption(String command, List<Slice> parameters) {
        return switch (command) {
            case "xread" -> 0;
            case "zmpop", "bzmpop" -> {
                int at = command.equals("zmpop") ? 0 : 1;
                long keys = at < parameters.size() ? Numbers.parse(parameters.get(at)) : 0;
                yield (int) Math.min(parameters.size(), Math.max(0, keys) + at + 1);
            }
            default -> 2;
        };
    }

    private static @Nullable String fault(Rule rule, String command, List<Slice> parameters, int index) {
        Slice word = parameters.get(index);
        if (rule.kind() == 't') {
            return timeoutFault(word);
        }
        long number = Numbers.parse(word);
        if (number == Numbers.NONE) {
            return switch (rule.kind()) {
                case 'K' -> "ERR numkeys should be greater than 0";
                case 'c' -> "ERR count should be greater than 0";
                default -> Numbers.NOT_AN_INTEGER;
            };
        }
        String fault = rangeFault(rule.kind(), command, number, parameters.size() - index - 1);
        if (fault == null && rule.kind() != 'l' && number != (int) number) {
            parameters.set(index, Slice.create(Integer.toString(number < 0 ? -Integer.MAX_VALUE : Integer.MAX_VALUE)));
        }
        return fault;
    }

    private static @Nullable String rangeFault(char kind, String command, long number, int wordsAfter) {
        return switch (kind) {
            case 'c' -> number < 1 ? "ERR count should be greater than 0" : null;
            case 'K' -> keysFault(command, number, wordsAfter);
            default -> null;
        };
    }

    private static @Nullable String keysFault(String command, long keys, int wordsAfter) {
        if (keys < 1) {
            return "ERR numkeys should be greater than 0";
        }
        if (keys <= wordsAfter) {
            return null;
        }
        return command.equals("sintercard") ? TOO_MANY_KEYS : ErrorReplies.SYNTAX;
    }

    private static @Nullable String timeoutFault(Slice word) {
        String text = word.length() > 256 ? "" : word.toString().toLowerCase(Locale.ROOT);
        if (text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d{1,4})?")) {
            return Double.parseDouble(text) > MAX_TIMEOUT_SECONDS ? "ERR timeout is out of range" : null;
        }
        return "ERR timeout is not a float or out of range";
    }
}
