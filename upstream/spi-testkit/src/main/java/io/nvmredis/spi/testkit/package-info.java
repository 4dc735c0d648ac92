/**
 * The contract of a persister as tests, and what else tests of persisters share: every implementation extends {@link
 * io.nvmredis.spi.testkit.PersisterContractTest}.
 *
 * <p>Uses the SPI, JUnit, AssertJ, Awaitility and ArchUnit. No server has it on its class path.
 */
package io.nvmredis.spi.testkit;
