package io.nvmredis.bench.load;

/** Chooses keys by number. */
interface KeyChoice {
    long next();
}
