/**
 * What the test suites of Redis clients say of this server, compared with what they say of a redis-server.
 *
 * <p>{@link io.nvmredis.it.suites.CompareSuites} is the program. It reads two {@link io.nvmredis.it.suites.TestReports}, one of
 * each server, and the {@link io.nvmredis.it.suites.ExpectedDifferences}, and prints a {@link
 * io.nvmredis.it.suites.SuiteComparison}. It uses the JDK alone, and runs on one thread. How the reports are made, and the
 * lists, are in {@code integration-tests/suites}.
 */
package io.nvmredis.it.suites;
