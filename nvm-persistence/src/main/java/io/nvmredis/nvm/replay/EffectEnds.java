package io.nvmredis.nvm.replay;

import io.nvmredis.spi.effects.EffectReader;

/** Finds where effects end, from their arguments. */
final class EffectEnds {
    /** Number of lines of an effect without arguments. */
    private static final int LINES_OF_A_NAME = 3;

    private EffectEnds() {}

    /** Returns where the effect ends that a reader has read last and that begins at {@code start}. */
    static int of(EffectReader reader, byte[] bytes, int start) {
        int last = reader.argumentCount() - 1;
        if (last >= 0) {
            return reader.offset(last) + reader.length(last) + 2;
        }
        int at = start;
        for (int line = 0; line < LINES_OF_A_NAME; line++) {
            while (bytes[at] != '\n') {
                at++;
            }
            at++;
        }
        return at;
    }
}
