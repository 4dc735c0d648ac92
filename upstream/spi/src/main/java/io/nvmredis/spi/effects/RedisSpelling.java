package io.nvmredis.spi.effects;

import io.nvmredis.spi.errors.PersistenceException;
import java.nio.charset.StandardCharsets;

/**
 * Turns effects into commands of Redis, and back. They differ in XGROUP, whose subcommand Redis has before the key, and
 * whose CREATECONSUMER does not tell when the consumer was seen; and in the {@link LibraryEffects}, which are FUNCTION
 * LOAD, DELETE and FLUSH in Redis, and in no database. FUNCTION is not turned back: it is run. One thread.
 */
public final class RedisSpelling {
    private static final byte[] XGROUP = "$6\r\nXGROUP\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FUNCTION = "$8\r\nFUNCTION\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LOAD_REPLACE = "$4\r\nLOAD\r\n$7\r\nREPLACE\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DELETE = "$6\r\nDELETE\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FLUSH = "$5\r\nFLUSH\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ARRAY = {'*'};
    private static final byte[] BULK = {'$'};
    private static final byte[] LINE_END = {'\r', '\n'};
    /** Number of arguments of an XGROUP CREATECONSUMER that has the time; no other XGROUP has as many. */
    private static final int WITH_TIME = 5;

    private final EffectReader reader = new EffectReader();
    /** Whether the database of the libraries is selected. */
    private boolean isAtLibraries;

    private int commandCount;

    /** Begins anew in database 0, or in another one of those that Redis has. */
    public void begin() {
        isAtLibraries = false;
        commandCount = 0;
    }

    /** Returns the number of commands since {@link #begin}. */
    public int commandCount() {
        return commandCount;
    }

    /**
     * Appends effects as commands of Redis, or, given such commands, as effects. They go on where the ones before them
     * ended.
     */
    public void put(RespBuffer out, byte[] bytes, int offset, int length) {
        reader.reset(bytes, offset, length);
        int from = offset;
        while (reader.next()) {
            int next = reader.nextOffset();
            if (reader.effect() == Effect.SELECT) {
                isAtLibraries = reader.number(0) == LibraryEffects.DATABASE;
            }
            if (isAtLibraries) {
                putLibraryChange(out);
            } else if (reader.effect() == Effect.XGROUP) {
                putGroupChange(out);
            } else {
                out.put(bytes, from, next - from);
                commandCount++;
            }
            from = next;
        }
    }

    private void putLibraryChange(RespBuffer out) {
        switch (reader.effect()) {
            case SELECT -> {}
            case HSET -> {
                for (int i = 2; i < reader.argumentCount(); i += 2) {
                    putFunction(out, 4, LOAD_REPLACE);
                    putWord(out, i);
                }
            }
            case HDEL -> {
                for (int i = 1; i < reader.argumentCount(); i++) {
                    putFunction(out, 3, DELETE);
                    putWord(out, i);
                }
            }
            case DEL -> putFunction(out, 2, FLUSH);
            default -> throw new PersistenceException(reader.effect() + " is no change of libraries of functions");
        }
    }

    private void putFunction(RespBuffer out, int wordCount, byte[] subcommand) {
        out.put(ARRAY);
        out.putDecimal(wordCount);
        out.put(LINE_END);
        out.put(FUNCTION);
        out.put(subcommand);
        commandCount++;
    }

    private void putGroupChange(RespBuffer out) {
        int count = reader.argumentCount() == WITH_TIME ? WITH_TIME - 1 : reader.argumentCount();
        out.put(ARRAY);
        out.putDecimal(count + 1L);
        out.put(LINE_END);
        out.put(XGROUP);
        commandCount++;
        putWord(out, 1);
        putWord(out, 0);
        for (int i = 2; i < count; i++) {
            putWord(out, i);
        }
    }

    private void putWord(RespBuffer out, int argument) {
        out.put(BULK);
        out.putDecimal(reader.length(argument));
        out.put(LINE_END);
        out.put(reader.bytes(), reader.offset(argument), reader.length(argument));
        out.put(LINE_END);
    }
}
