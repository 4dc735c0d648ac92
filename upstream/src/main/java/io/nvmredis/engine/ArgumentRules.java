package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What numbers stand where in the words of commands, and how far they may go, checked before upstream's operation sees
 * them: it makes arrays of the length that they say, or counts up to them.
 *
 * <p>A rule is a kind and a place. The place is the position of a word, the command's name being 0, or the name of an
 * option that the number follows. Numbers beyond 32 bits, which upstream does not read and which mean the same as the
 * largest that it does, are replaced by that.
 */
final class ArgumentRules {
    private static final Map<String, List<Rule>> RULES = new HashMap<>();

    static {
        // i: any integer; l: the same where upstream reads all 64 bits. p: zero or more, as of a count that is popped.
        // k: a number of keys that follow, where syntax
        // says how many there are; K: the same, where Redis has a text of its own. f: a float.
        // r: an integer unless BYSCORE or BYLEX is there.
        define("""
                decrby l2
                getrange i2 i3
                hincrby l3
                hincrbyfloat f3
                incrby l2
                incrbyfloat f2
                lindex i2
                lpop p2
                lpos i:rank i:count i:maxlen
                lrange i2 i3
                lrem i2
                lset i2
                ltrim i2 i3
                rpop p2
                setrange i2
                sintercard K1
                sort i:limit
                spop p2
                srandmember i2
                substr i2 i3
                xadd i:maxlen
                xrange i:count
                xrevrange i:count
                xtrim i:maxlen
                zdiff k1
                zdiffstore k2
                zincrby f2
                zinter k1
                zintercard k1
                zinterstore k2
                zpopmax p2
                zpopmin p2
                zrange r2 r3
                zremrangebyrank i2 i3
                zrevrange i2 i3
                zunion k1
                zunionstore k2
                """);
    }

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
        for (int i = firstOption(command); i < parameters.size() - 1; i++) {
            byte[] word = RawBytes.of(parameters.get(i));
            if (Session.Words.equalsIgnoreCase(word, option)) {
                int at = i + 1;
                boolean isMark = parameters.get(at).toString().matches("[=~]");
                return isMark ? at + 1 : at;
            }
        }
        return -1;
    }

    /** Where options may begin: a key or an element may be called like one. */
    private static int firstOption(String command) {
        return switch (command) {
            case "sort", "xadd", "xtrim" -> 1;
            case "xrange", "xrevrange" -> 3;
            default -> 2;
        };
    }

    private static @Nullable String fault(Rule rule, String command, List<Slice> parameters, int index) {
        Slice word = parameters.get(index);
        if (rule.kind() == 'f') {
            return floatFault(word);
        }
        if (rule.kind() == 'r' && isByScoreOrLex(parameters)) {
            return null;
        }
        long number = Numbers.parse(word);
        if (number == Numbers.NONE) {
            return switch (rule.kind()) {
                case 'p' -> "ERR value is out of range, must be positive";
                case 'K' -> "ERR numkeys should be greater than 0";
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
            case 'p' -> number < 0 ? "ERR value is out of range, must be positive" : null;
            case 'k', 'K' -> keysFault(kind, command, number, wordsAfter);
            default -> null;
        };
    }

    private static @Nullable String keysFault(char kind, String command, long keys, int wordsAfter) {
        if (keys < 1) {
            return kind == 'k' ? ErrorReplies.noKeys(command) : "ERR numkeys should be greater than 0";
        }
        if (keys <= wordsAfter) {
            return null;
        }
        return command.equals("sintercard") ? TOO_MANY_KEYS : ErrorReplies.SYNTAX;
    }

    private static boolean isByScoreOrLex(List<Slice> parameters) {
        for (int i = 3; i < parameters.size(); i++) {
            String word = parameters.get(i).toString().toLowerCase(Locale.ROOT);
            if (word.equals("byscore") || word.equals("bylex")) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String floatFault(Slice word) {
        String text = word.length() > 256 ? "" : word.toString().toLowerCase(Locale.ROOT);
        return text.matches("[+-]?(inf(inity)?|(\\d+\\.?\\d*|\\.\\d+)(e[+-]?\\d{1,4})?)")
                ? null
                : "ERR value is not a valid float";
    }
}
