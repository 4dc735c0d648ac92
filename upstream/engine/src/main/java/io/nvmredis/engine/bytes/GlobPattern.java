package io.nvmredis.engine.bytes;

/**
 * Pattern over bytes as in KEYS and SCAN: {@code *}, {@code ?}, {@code [a-z]}, {@code [^abc]}, and a backslash before a
 * literal character. Matching takes at most as many steps as the length of the pattern times that of the text.
 */
public final class GlobPattern {
    private final byte[] pattern;
    private final boolean matchesAll;
    /** End of the element of the pattern that was tried last. */
    private int end;

    public GlobPattern(byte[] pattern) {
        this.pattern = pattern;
        matchesAll = pattern.length == 1 && pattern[0] == '*';
    }

    /** Tells whether the pattern matches a text. Must be used by one thread at a time. */
    public boolean matches(byte[] text) {
        if (matchesAll) {
            return true;
        }
        int at = 0;
        int position = 0;
        // Place in the pattern to go on from, one byte further in the text, if the part after the last star does not
        // match here.
        int afterStar = -1;
        int starPosition = 0;
        while (position < text.length) {
            if (at < pattern.length && pattern[at] == '*') {
                afterStar = ++at;
                starPosition = position;
            } else if (at < pattern.length && matchesOne(at, text[position] & 0xff)) {
                at = end;
                position++;
            } else if (afterStar >= 0) {
                at = afterStar;
                position = ++starPosition;
            } else {
                return false;
            }
        }
        while (at < pattern.length && pattern[at] == '*') {
            at++;
        }
        return at == pattern.length;
    }

    private boolean matchesOne(int at, int letter) {
        end = at + 1;
        return switch (pattern[at]) {
            case '?' -> true;
            case '[' -> matchesClass(at + 1, letter);
            case '\\' -> {
                int literal = at + 1 < pattern.length ? at + 1 : at;
                end = literal + 1;
                yield (pattern[literal] & 0xff) == letter;
            }
            default -> (pattern[at] & 0xff) == letter;
        };
    }

    /**
     * Tells whether a class contains a letter. A class that is not closed extends to the end of the pattern, as in
     * Redis.
     */
    private boolean matchesClass(int start, int letter) {
        int at = start;
        boolean isNegated = at < pattern.length && pattern[at] == '^';
        if (isNegated) {
            at++;
        }
        boolean isIn = false;
        while (at < pattern.length && pattern[at] != ']') {
            if (pattern[at] == '\\' && at + 1 < pattern.length) {
                at++;
                isIn |= (pattern[at] & 0xff) == letter;
                at++;
            } else if (at + 2 < pattern.length && pattern[at + 1] == '-') {
                int low = pattern[at] & 0xff;
                int high = pattern[at + 2] & 0xff;
                isIn |= letter >= Math.min(low, high) && letter <= Math.max(low, high);
                at += 3;
            } else {
                isIn |= (pattern[at] & 0xff) == letter;
                at++;
            }
        }
        end = Math.min(at + 1, pattern.length);
        return isIn != isNegated;
    }
}
