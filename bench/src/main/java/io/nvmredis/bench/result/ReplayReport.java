package io.nvmredis.bench.result;

/**
 * How fast a log is applied to its table.
 *
 * @param transactionCount of one SET each, in each round
 * @param perSecond transactions
 */
public record ReplayReport(String arm, int transactionCount, Spread perSecond) {}
