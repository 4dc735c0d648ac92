package io.nvmredis.nvm.sim;

import io.nvmredis.nvm.pmem.PmemRegion;
import java.util.SplittableRandom;

/**
 * How much of what was not durable a power cut lets through.
 *
 * @param lineChance of a line to arrive, in percent
 * @param wordChance of a word of an arriving line to arrive, in percent
 * @param wordLength 8, as processors tear, or 1, which is harsher: the format relies on no atomicity at all
 */
public record CrashMode(int lineChance, int wordChance, int wordLength) {
    /** Nothing arrives that was not persisted. */
    public static final CrashMode NOTHING = new CrashMode(0, 0, 8);
    /** Everything arrives, as after the crash of a process. */
    public static final CrashMode EVERYTHING = new CrashMode(100, 100, 8);

    public static CrashMode random(SplittableRandom random) {
        int[] chances = {0, 20, 50, 80, 100};
        return new CrashMode(
                chances[random.nextInt(chances.length)],
                chances[1 + random.nextInt(chances.length - 1)],
                random.nextInt(4) == 0 ? 1 : 8);
    }

    /** The same for what relies on words of 8 bytes that are not torn, as the table does. */
    public CrashMode withWholeWords() {
        return new CrashMode(lineChance, wordChance, Long.BYTES);
    }

    void mix(byte[] image, int line, byte[] content, SplittableRandom random) {
        if (random.nextInt(100) >= lineChance) {
            return;
        }
        for (int word = 0; word < PmemRegion.LINE_LENGTH; word += wordLength) {
            if (random.nextInt(100) < wordChance) {
                System.arraycopy(content, word, image, line + word, wordLength);
            }
        }
    }
}
