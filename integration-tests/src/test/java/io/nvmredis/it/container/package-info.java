/**
 * Tests of the container image, started through the project's Testcontainers module.
 *
 * <p>Clients meet this server and a real Redis in the same tests; what becomes of a container, its volume, its memory and its
 * network is tested of this server alone. Beside {@link io.nvmredis.testcontainers} nothing here uses a class of the project.
 * All tests are skipped where there is no engine for containers, or no image, and have the tag {@code container}.
 */
package io.nvmredis.it.container;
