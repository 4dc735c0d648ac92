package io.nvmredis.engine.bytes;

/** Lines of a reply that is whole and well-formed, from a position within the line on. */
public final class RespLines {
    private RespLines() {}

    /** Returns the number that the rest of a line is. */
    public static long number(byte[] reply, int from) {
        boolean isNegative = reply[from] == '-';
        long number = 0;
        for (int at = isNegative ? from + 1 : from; reply[at] != '\r'; at++) {
            number = number * 10 + reply[at] - '0';
        }
        return isNegative ? -number : number;
    }

    /** Returns where the line ends, at the first byte of the two that end it. */
    public static int end(byte[] reply, int from) {
        int at = from;
        while (reply[at] != '\r') {
            at++;
        }
        return at;
    }

    /** Returns where the next line begins. */
    public static int next(byte[] reply, int from) {
        return end(reply, from) + 2;
    }
}
