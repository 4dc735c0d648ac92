package io.nvmredis.bench.result;

/**
 * The same load by this project's generator and by redis-benchmark.
 *
 * @param ownPerSecond requests a second that ours measured; the median of the rounds
 * @param redisBenchmarkPerSecond that redis-benchmark measured
 * @param command its command line
 */
public record CheckReport(
        String arm, int pipeline, int clients, double ownPerSecond, double redisBenchmarkPerSecond, String command) {}
