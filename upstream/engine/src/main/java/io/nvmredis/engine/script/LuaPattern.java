package io.nvmredis.engine.script;

import java.util.Arrays;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * Matches Lua's patterns, by backtracking as the manual describes them.
 *
 * <p>A match may take very long, so the script may be ended in each step of it; a match that has to nest too deep is
 * refused.
 */
final class LuaPattern {
    private static final int MAX_CAPTURES = 32;
    private static final int MAX_DEPTH = 200;
    private static final int FAILED = -1;
    private static final int OPEN = -1;
    private static final int POSITION = -2;

    private final ScriptRun run;
    private final byte[] text;
    private final int begin;
    private final int end;
    private final byte[] pattern;
    private final int patternBegin;
    private final int patternEnd;
    private final int[] captureBegin = new int[MAX_CAPTURES];
    private final int[] captureLength = new int[MAX_CAPTURES];
    private int captures;
    private int depth;

    LuaPattern(ScriptRun run, LuaString text, LuaString pattern) {
        this.run = run;
        this.text = text.m_bytes;
        begin = text.m_offset;
        end = text.m_offset + text.m_length;
        this.pattern = pattern.m_bytes;
        patternBegin = pattern.m_offset;
        patternEnd = pattern.m_offset + pattern.m_length;
    }

    /**
     * Matches from this place on.
     *
     * @param from index in the text, from 0
     * @param skip number of characters at the begin of the pattern to leave out
     * @return the index behind the match, or -1
     */
    int matchAt(int from, int skip) {
        captures = 0;
        depth = 0;
        int matched = match(begin + from, patternBegin + skip);
        return matched < 0 ? FAILED : matched - begin;
    }

    private int match(int s, int p) {
        if (++depth > MAX_DEPTH) {
            throw run.failure("pattern too complex");
        }
        try {
            return matchRest(s, p);
        } finally {
            depth--;
        }
    }

    // The arms continue the loop around them; an arrow switch would be no clearer.
    @SuppressWarnings("StatementSwitchToExpressionSwitch")
    private int matchRest(int from, int patternFrom) {
        int s = from;
        int p = patternFrom;
        while (true) {
            run.step();
            if (p == patternEnd) {
                return s;
            }
            switch (pattern[p]) {
                case '(':
                    return p + 1 < patternEnd && pattern[p + 1] == ')'
                            ? beginCapture(s, p + 2, POSITION)
                            : beginCapture(s, p + 1, OPEN);
                case ')':
                    return endCapture(s, p + 1);
                case '$':
                    if (p + 1 == patternEnd) {
                        return s == end ? s : FAILED;
                    }
                    break;
                case '%':
                    if (p + 1 < patternEnd && pattern[p + 1] == 'b') {
                        s = matchBalance(s, p + 2);
                        if (s < 0) {
                            return FAILED;
                        }
                        p += 4;
                        continue;
                    }
                    if (p + 1 < patternEnd && pattern[p + 1] == 'f') {
                        p += 2;
                        if (p >= patternEnd || pattern[p] != '[') {
                            throw run.failure("missing '[' after '%f' in pattern");
                        }
                        int setEnd = classEnd(p);
                        int previous = s == begin ? 0 : text[s - 1] & 0xff;
                        int next = s == end ? 0 : text[s] & 0xff;
                        if (matchesSet(previous, p, setEnd - 1) || !matchesSet(next, p, setEnd - 1)) {
                            return FAILED;
                        }
                        p = setEnd;
                        continue;
                    }
                    if (p + 1 < patternEnd && pattern[p + 1] >= '0' && pattern[p + 1] <= '9') {
                        s = matchCapture(s, pattern[p + 1]);
                        if (s < 0) {
                            return FAILED;
                        }
                        p += 2;
                        continue;
                    }
                    break;
                default:
                    break;
            }
            int next = classEnd(p);
            int suffix = next < patternEnd ? pattern[next] : 0;
            boolean isMatch = s < end && matchesSingle(text[s] & 0xff, p, next);
            switch (suffix) {
                case '?':
                    if (isMatch) {
                        int matched = match(s + 1, next + 1);
                        if (matched >= 0) {
                            return matched;
                        }
                    }
                    p = next + 1;
                    continue;
                case '*':
                    return expandMost(s, p, next);
                case '+':
                    return isMatch ? expandMost(s + 1, p, next) : FAILED;
                case '-':
                    return expandLeast(s, p, next);
                default:
                    if (!isMatch) {
                        return FAILED;
                    }
                    s++;
                    p = next;
            }
        }
    }

    private int expandMost(int s, int p, int next) {
        int count = 0;
        while (s + count < end && matchesSingle(text[s + count] & 0xff, p, next)) {
            count++;
        }
        run.steps(count >> 3);
        for (; count >= 0; count--) {
            int matched = match(s + count, next + 1);
            if (matched >= 0) {
                return matched;
            }
        }
        return FAILED;
    }

    private int expandLeast(int from, int p, int next) {
        int s = from;
        while (true) {
            int matched = match(s, next + 1);
            if (matched >= 0) {
                return matched;
            }
            if (s >= end || !matchesSingle(text[s] & 0xff, p, next)) {
                return FAILED;
            }
            s++;
        }
    }

    private int beginCapture(int s, int p, int kind) {
        if (captures >= MAX_CAPTURES) {
            throw run.failure("too many captures");
        }
        captureBegin[captures] = s;
        captureLength[captures] = kind;
        captures++;
        int matched = match(s, p);
        if (matched < 0) {
            captures--;
        }
        return matched;
    }

    private int endCapture(int s, int p) {
        int index = captures - 1;
        while (index >= 0 && captureLength[index] != OPEN) {
            index--;
        }
        if (index < 0) {
            throw run.failure("invalid pattern capture");
        }
        captureLength[index] = s - captureBegin[index];
        int matched = match(s, p);
        if (matched < 0) {
            captureLength[index] = OPEN;
        }
        return matched;
    }

    private int matchBalance(int from, int p) {
        if (p + 1 >= patternEnd) {
            throw run.failure("unbalanced pattern");
        }
        if (from >= end || text[from] != pattern[p]) {
            return FAILED;
        }
        int nested = 1;
        for (int s = from + 1; s < end; s++) {
            run.step();
            if (text[s] == pattern[p + 1]) {
                if (--nested == 0) {
                    return s + 1;
                }
            } else if (text[s] == pattern[p]) {
                nested++;
            }
        }
        return FAILED;
    }

    private int matchCapture(int s, int digit) {
        int index = digit - '1';
        if (index < 0 || index >= captures || captureLength[index] == OPEN) {
            throw run.failure("invalid capture index");
        }
        int length = Math.max(0, captureLength[index]);
        run.steps(length >> 4);
        if (end - s < length) {
            return FAILED;
        }
        return Arrays.equals(text, captureBegin[index], captureBegin[index] + length, text, s, s + length)
                ? s + length
                : FAILED;
    }

    /** Returns the index behind the single character, class or set that begins here. */
    private int classEnd(int from) {
        int p = from + 1;
        if (pattern[from] == '%') {
            if (p == patternEnd) {
                throw run.failure("malformed pattern (ends with '%')");
            }
            return p + 1;
        }
        if (pattern[from] != '[') {
            return p;
        }
        if (p < patternEnd && pattern[p] == '^') {
            p++;
        }
        do {
            if (p == patternEnd) {
                throw run.failure("malformed pattern (missing ']')");
            }
            if (pattern[p++] == '%' && p < patternEnd) {
                p++;
            }
        } while (p >= patternEnd || pattern[p] != ']');
        return p + 1;
    }

    private boolean matchesSingle(int c, int p, int next) {
        return switch (pattern[p]) {
            case '.' -> true;
            case '%' -> isOfClass(c, pattern[p + 1] & 0xff);
            case '[' -> matchesSet(c, p, next - 1);
            default -> (pattern[p] & 0xff) == c;
        };
    }

    /**
     * Tells whether a character matches the set from the opening bracket at {@code p} to the closing one at {@code
     * last}.
     */
    private boolean matchesSet(int c, int p, int last) {
        boolean isIn = true;
        int at = p;
        if (pattern[at + 1] == '^') {
            isIn = false;
            at++;
        }
        while (++at < last) {
            if (pattern[at] == '%') {
                at++;
                if (isOfClass(c, pattern[at] & 0xff)) {
                    return isIn;
                }
            } else if (at + 2 < last && pattern[at + 1] == '-') {
                at += 2;
                if ((pattern[at - 2] & 0xff) <= c && c <= (pattern[at] & 0xff)) {
                    return isIn;
                }
            } else if ((pattern[at] & 0xff) == c) {
                return isIn;
            }
        }
        return !isIn;
    }

    private static boolean isOfClass(int c, int letter) {
        boolean is = switch (letter | 0x20) {
            case 'a' -> isAlpha(c);
            case 'c' -> c < 32 || c == 127;
            case 'd' -> isDigit(c);
            case 'l' -> c >= 'a' && c <= 'z';
            case 'p' -> c > 32 && c < 127 && !isAlpha(c) && !isDigit(c);
            case 's' -> LuaNumbers.isSpace(c);
            case 'u' -> c >= 'A' && c <= 'Z';
            case 'w' -> isAlpha(c) || isDigit(c);
            case 'x' -> isDigit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
            case 'z' -> c == 0;
            default -> false;
        };
        boolean isLetter = (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
        if (!isLetter || "acdlpsuwxz".indexOf(letter | 0x20) < 0) {
            return letter == c;
        }
        return (letter & 0x20) == 0 ? !is : is;
    }

    private static boolean isAlpha(int c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** Returns the capture of an index from 0; without captures, index 0 is the whole match. */
    LuaValue capture(int index, int matchBegin, int matchEnd) {
        if (index >= captures) {
            if (index != 0) {
                throw run.failure("invalid capture index");
            }
            return string(begin + matchBegin, matchEnd - matchBegin);
        }
        if (captureLength[index] == OPEN) {
            throw run.failure("unfinished capture");
        }
        return captureLength[index] == POSITION
                ? LuaValue.valueOf(captureBegin[index] - begin + 1)
                : string(captureBegin[index], captureLength[index]);
    }

    private LuaString string(int from, int length) {
        run.memory().take(length);
        return LuaString.valueOf(text, from, length);
    }

    /** Returns all captures; if there are none and {@code isWholeToo} is set, the whole match. */
    Varargs captures(int matchBegin, int matchEnd, boolean isWholeToo) {
        int count = captures == 0 && isWholeToo ? 1 : captures;
        LuaValue[] found = new LuaValue[count];
        for (int i = 0; i < count; i++) {
            found[i] = capture(i, matchBegin, matchEnd);
        }
        return LuaValue.varargsOf(found);
    }

    /** Tells whether a pattern has no special character. */
    static boolean isPlain(LuaString pattern) {
        for (int i = 0; i < pattern.m_length; i++) {
            if ("^$*+?.([%-".indexOf(pattern.m_bytes[pattern.m_offset + i]) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns the first index, from a given one on, at which a string stands in another; -1 if there is none. */
    static int indexOf(ScriptRun run, LuaString text, LuaString sought, int from) {
        for (int at = from; at <= text.m_length - sought.m_length; at++) {
            int same = 0;
            while (same < sought.m_length
                    && text.m_bytes[text.m_offset + at + same] == sought.m_bytes[sought.m_offset + same]) {
                same++;
            }
            if (same == sought.m_length) {
                return at;
            }
            run.steps(1 + (same >> 4));
        }
        return FAILED;
    }
}
