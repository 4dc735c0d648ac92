package io.nvmredis.bench.load;

import java.util.SplittableRandom;

/** Each key as often as every other. */
final class EvenChoice implements KeyChoice {
    private final int count;
    private final SplittableRandom random;

    EvenChoice(int count, long seed) {
        this.count = count;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public long next() {
        return random.nextInt(count);
    }
}
