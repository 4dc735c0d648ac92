package io.nvmredis.bench.load;

import org.apache.commons.rng.sampling.distribution.RejectionInversionZipfSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateDiscreteSampler;
import org.apache.commons.rng.simple.RandomSource;

/** The first key most often, the n-th in proportion to 1/n^0.99, as YCSB does. */
final class ZipfChoice implements KeyChoice {
    private static final double EXPONENT = 0.99;

    private final SharedStateDiscreteSampler ranks;

    ZipfChoice(int count, long seed) {
        ranks = RejectionInversionZipfSampler.of(RandomSource.XO_RO_SHI_RO_128_PP.create(seed), count, EXPONENT);
    }

    @Override
    public long next() {
        return ranks.sample() - 1L;
    }
}
