package io.nvmredis.spi.effects;

import java.nio.charset.StandardCharsets;

/**
 * Encodes transactions as Redis writes them to its append-only file and sends them to its replicas, so that a Redis
 * applies each wholly or not at all, and so that a loader can give back every byte.
 *
 * <p>A transaction begins in database 0, but the stream of commands stays in the database selected last. So a leading
 * {@code SELECT} of a database other than 0 is removed from the transaction, and a {@code SELECT} of that database, or
 * of 0, is written before it if the stream is in another one. The remaining effects stand alone if there is a single
 * one, otherwise between {@code MULTI} and {@code EXEC}; so a {@code SELECT} outside of these is never part of a
 * transaction. A loader puts a {@code SELECT} of the stream's database before each transaction, unless that database
 * is 0.
 *
 * <p>It allocates nothing. One thread at a time.
 */
public final class TransactionEncoder {
    private static final byte[] SELECT = ascii("*2\r\n$6\r\nSELECT\r\n$");
    private static final byte[] MULTI = ascii("*1\r\n$5\r\nMULTI\r\n");
    private static final byte[] EXEC = ascii("*1\r\n$4\r\nEXEC\r\n");
    private static final byte[] TIMESTAMP = ascii("#TS:");
    private static final byte[] LINE_END = ascii("\r\n");
    private static final int UNKNOWN = -1;

    private final EffectReader reader = new EffectReader();
    private final RedisSpelling spelling = new RedisSpelling();
    private final RespBuffer spelt = new RespBuffer();
    /** Database selected last in the stream. */
    private int selectedDatabase = UNKNOWN;

    private long annotatedSecond;

    /** Notes that the next transactions go to another stream, or to one whose database is not known. */
    public void streamChanges() {
        selectedDatabase = UNKNOWN;
        annotatedSecond = 0;
    }

    /** Writes the time as {@code #TS:seconds}, unless the last such note has the same second. */
    public void annotate(RespBuffer out, long second) {
        if (second != annotatedSecond) {
            annotatedSecond = second;
            out.put(TIMESTAMP);
            out.putDecimal(second);
            out.put(LINE_END);
        }
    }

    public void append(RespBuffer out, Transaction transaction) {
        if (transaction.hasLibraries()) {
            appendLibraries(out, transaction);
            return;
        }
        byte[] bytes = transaction.bytes();
        int length = transaction.length();
        int effectCount = transaction.effectCount();
        int digits = leadingDigits(bytes, length);
        int start = 0;
        int database = 0;
        if (digits > 0) {
            int numberAt = SELECT.length + 3;
            database = number(bytes, numberAt, digits);
            start = numberAt + digits + 2;
            effectCount--;
        }
        select(out, database);
        boolean isSpelt = transaction.isSpeltAsInRedis();
        if (effectCount == 1 && !startsWith(bytes, start, length, SELECT)) {
            put(out, bytes, start, length - start, isSpelt);
            return;
        }
        out.put(MULTI);
        put(out, bytes, start, length - start, isSpelt);
        out.put(EXEC);
        followSelects(bytes, start, length - start);
    }

    /**
     * Writes a transaction that changes libraries of functions. Their database is not one of Redis's: it is never
     * selected in the stream. The changes of keys among the others, if any, select their databases themselves.
     */
    private void appendLibraries(RespBuffer out, Transaction transaction) {
        byte[] bytes = transaction.bytes();
        int length = transaction.length();
        select(out, 0);
        spelt.clear();
        spelling.begin();
        spelling.put(spelt, bytes, 0, length);
        boolean isGroup = spelling.commandCount() > 1;
        if (isGroup) {
            out.put(MULTI);
        }
        out.put(spelt.bytes(), spelt.start(), spelt.length());
        if (isGroup) {
            out.put(EXEC);
        }
        followSelects(bytes, 0, length);
    }

    private void put(RespBuffer out, byte[] bytes, int offset, int length, boolean isSpelt) {
        if (isSpelt) {
            out.put(bytes, offset, length);
        } else {
            spelling.begin();
            spelling.put(out, bytes, offset, length);
        }
    }

    private void select(RespBuffer out, int database) {
        if (database != selectedDatabase) {
            selectedDatabase = database;
            out.put(SELECT);
            out.putDecimal(RespBuffer.decimalLength(database));
            out.put(LINE_END);
            out.putDecimal(database);
            out.put(LINE_END);
        }
    }

    private void followSelects(byte[] bytes, int offset, int length) {
        reader.reset(bytes, offset, length);
        while (reader.next()) {
            if (reader.effect() == Effect.SELECT && reader.number(0) != LibraryEffects.DATABASE) {
                selectedDatabase = Math.toIntExact(reader.number(0));
            }
        }
    }

    /**
     * Returns how many digits the number of a leading SELECT has, if it is spelt as {@link #select} spells it,
     * otherwise 0.
     */
    private static int leadingDigits(byte[] bytes, int length) {
        if (!startsWith(bytes, 0, length, SELECT) || length < SELECT.length + 6) {
            return 0;
        }
        int digits = bytes[SELECT.length] - '0';
        int numberAt = SELECT.length + 3;
        if (digits < 1
                || digits > 9
                || length < numberAt + digits + 2
                || bytes[SELECT.length + 1] != '\r'
                || bytes[numberAt] == '0') {
            return 0;
        }
        for (int i = 0; i < digits; i++) {
            if (bytes[numberAt + i] < '0' || bytes[numberAt + i] > '9') {
                return 0;
            }
        }
        return digits;
    }

    private static int number(byte[] bytes, int at, int digits) {
        int number = 0;
        for (int i = at; i < at + digits; i++) {
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }

    private static boolean startsWith(byte[] bytes, int start, int end, byte[] prefix) {
        if (end - start < prefix.length) {
            return false;
        }
        for (int i = 0; i < prefix.length; i++) {
            if (bytes[start + i] != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
