package io.nvmredis.stock.aof;

import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.Effects;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells a command that is an effect, spelt exactly as {@link Effect} says, from one that only looks like an effect:
 * {@code SET key value PX 5}, {@code ZADD key NX 1 member}, {@code XADD key * field value}.
 *
 * <p>The check is strict: an effect that is not recognised is run like any other command, which is slower and just as
 * right.
 */
final class CanonicalEffects {
    private static final Pattern SCORE = Pattern.compile("-?inf|-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
    private static final Pattern STREAM_ID = Pattern.compile("[0-9]{1,20}-[0-9]{1,20}");
    private static final int MAX_DIGITS = 18;
    private static final int MAX_SCORE_LENGTH = 40;

    private static final Effect[][] BY_LENGTH = byLength();

    private CanonicalEffects() {}

    private static Effect[][] byLength() {
        Effect[][] table = new Effect[16][0];
        for (Effect effect : Effect.values()) {
            int length = effect.name().length();
            table[length] = Arrays.copyOf(table[length], table[length].length + 1);
            table[length][table[length].length - 1] = effect;
        }
        return table;
    }

    /** Returns whether the command read last is an effect. */
    static boolean isEffect(CommandReader command) {
        Effect effect = named(command);
        if (effect == null) {
            return false;
        }
        int arguments = command.wordCount() - 1;
        return switch (effect) {
            case SELECT -> arguments == 1 && isNumber(command, 1, 5);
            case FLUSHDB -> arguments == 0;
            case DEL, PERSIST, RPOP, LPOP -> arguments == 1;
            case SET, APPEND -> arguments == 2;
            case PEXPIREAT -> arguments == 2 && isInteger(command, 2);
            case SETRANGE -> arguments == 3 && isNumber(command, 2, 10) && command.wordLength(3) > 0;
            case RPUSH, LPUSH, SADD, SREM, HDEL, ZREM -> arguments >= 2;
            case LSET -> arguments == 3 && isInteger(command, 2);
            case LTRIM -> arguments == 3 && isInteger(command, 2) && isInteger(command, 3);
            case HSET -> arguments >= 3 && arguments % 2 == 1;
            case HPEXPIREAT -> isFieldDeadline(command, arguments);
            case ZADD -> arguments >= 3 && arguments % 2 == 1 && hasScores(command);
            case XADD -> arguments >= 4 && arguments % 2 == 0 && isStreamId(command, 2);
            case XDEL -> arguments >= 2 && areStreamIds(command, 2, command.wordCount());
            case XTRIM -> arguments == 3 && command.word(2).equals("MAXLEN") && isNumber(command, 3, MAX_DIGITS);
            case XSETID -> isStreamState(command, arguments);
            case XGROUP -> isGroupChange(command, arguments);
            case XCLAIM -> isClaim(command, arguments);
            case XACK -> arguments >= 3 && areStreamIds(command, 3, command.wordCount());
        };
    }

    private static @Nullable Effect named(CommandReader command) {
        int length = command.wordLength(0);
        if (length < BY_LENGTH.length) {
            for (Effect effect : BY_LENGTH[length]) {
                if (hasName(command, effect.name())) {
                    return effect;
                }
            }
        }
        return null;
    }

    private static boolean hasName(CommandReader command, String name) {
        for (int i = 0; i < name.length(); i++) {
            if (command.byteAt(0, i) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInteger(CommandReader command, int index) {
        int sign = command.wordLength(index) > 1 && command.byteAt(index, 0) == '-' ? 1 : 0;
        return areDigits(command, index, sign, MAX_DIGITS);
    }

    private static boolean isNumber(CommandReader command, int index, int maxDigits) {
        return areDigits(command, index, 0, maxDigits);
    }

    private static boolean areDigits(CommandReader command, int index, int from, int maxDigits) {
        int length = command.wordLength(index);
        if (length == from || length - from > maxDigits) {
            return false;
        }
        for (int i = from; i < length; i++) {
            if (command.byteAt(index, i) < '0' || command.byteAt(index, i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static boolean isFieldDeadline(CommandReader command, int arguments) {
        return arguments >= 5
                && isInteger(command, 2)
                && command.word(3).equals("FIELDS")
                && isNumber(command, 4, 9)
                && Integer.parseInt(command.word(4)) == arguments - 4;
    }

    private static boolean hasScores(CommandReader command) {
        for (int i = 2; i < command.wordCount(); i += 2) {
            if (command.wordLength(i) > MAX_SCORE_LENGTH
                    || !SCORE.matcher(command.word(i)).matches()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isStreamId(CommandReader command, int index) {
        return command.wordLength(index) <= 41
                && STREAM_ID.matcher(command.word(index)).matches()
                && isUnsigned(command.word(index));
    }

    private static boolean isStreamState(CommandReader command, int arguments) {
        return (arguments == 2 && isStreamId(command, 2))
                || (arguments == 6
                        && isStreamId(command, 2)
                        && command.word(3).equals("ENTRIESADDED")
                        && isNumber(command, 4, MAX_DIGITS)
                        && command.word(5).equals("MAXDELETEDID")
                        && isStreamId(command, 6));
    }

    /** Tells an XGROUP in Redis's order of words, in which the subcommand comes before the key. */
    private static boolean isGroupChange(CommandReader command, int arguments) {
        return arguments > 1
                && switch (command.word(1)) {
                    case "CREATE", "SETID" ->
                        arguments == 6
                                && isStreamId(command, 4)
                                && command.word(5).equals("ENTRIESREAD")
                                && isInteger(command, 6);
                    case "DESTROY" -> arguments == 3;
                    case "CREATECONSUMER", "DELCONSUMER" -> arguments == 4;
                    default -> false;
                };
    }

    /** Tells an XCLAIM of ours. Redis has its options in another order, and TIME is the first of them. */
    private static boolean isClaim(CommandReader command, int arguments) {
        int end = arguments + 1 - Effects.CLAIM_END;
        return end > Effects.CLAIM_START + 1
                && command.word(Effects.CLAIM_START).equals("0")
                && areStreamIds(command, Effects.CLAIM_START + 1, end)
                && command.word(end).equals("RETRYCOUNT")
                && isNumber(command, end + 1, MAX_DIGITS)
                && command.word(end + 2).equals("TIME")
                && isNumber(command, end + 3, MAX_DIGITS)
                && command.word(end + 4).equals("FORCE")
                && command.word(end + 5).equals("JUSTID");
    }

    private static boolean isUnsigned(String id) {
        try {
            int dash = id.indexOf('-');
            Long.parseUnsignedLong(id.substring(0, dash));
            Long.parseUnsignedLong(id.substring(dash + 1));
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean areStreamIds(CommandReader command, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!isStreamId(command, i)) {
                return false;
            }
        }
        return true;
    }
}
