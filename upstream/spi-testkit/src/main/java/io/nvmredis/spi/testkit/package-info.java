/**
 * Contract of a persister as tests, which every implementation runs by extending {@link
 * io.nvmredis.spi.testkit.PersisterContractTest}, and other helpers that tests of several modules share.
 *
 * <p>The package uses the SPI, JUnit, AssertJ, Awaitility and ArchUnit. No server has it on its class path.
 */
package io.nvmredis.spi.testkit;
