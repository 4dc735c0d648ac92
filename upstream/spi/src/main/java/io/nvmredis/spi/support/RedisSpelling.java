package io.nvmredis.spi.support;

import io.nvmredis.spi.effects.Effect;
import io.nvmredis.spi.effects.EffectReader;
import java.nio.charset.StandardCharsets;

/**
 * Turns effects into commands of Redis, and back. They differ in XGROUP alone, whose subcommand Redis has before the key,
 * and whose CREATECONSUMER does not tell when the consumer was seen. One thread.
 */
public final class RedisSpelling {
    private static final byte[] XGROUP = "$6\r\nXGROUP\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ARRAY = {'*'};
    private static final byte[] BULK = {'$'};
    private static final byte[] LINE_END = {'\r', '\n'};
    /** Number of arguments of an XGROUP CREATECONSUMER that has the time; no other XGROUP has as many. */
    private static final int WITH_TIME = 5;

    private final EffectReader reader = new EffectReader();

    /** Appends effects as commands of Redis, or, given such commands, as effects. */
    public void put(RespBuffer out, byte[] bytes, int offset, int length) {
        reader.reset(bytes, offset, length);
        int from = offset;
        while (reader.next()) {
            int next = reader.nextOffset();
            if (reader.effect() == Effect.XGROUP) {
                putGroupChange(out);
            } else {
                out.put(bytes, from, next - from);
            }
            from = next;
        }
    }

    private void putGroupChange(RespBuffer out) {
        int count = reader.argumentCount() == WITH_TIME ? WITH_TIME - 1 : reader.argumentCount();
        out.put(ARRAY);
        out.putDecimal(count + 1L);
        out.put(LINE_END);
        out.put(XGROUP);
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
