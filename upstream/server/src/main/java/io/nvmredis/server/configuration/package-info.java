/**
 * The configuration file: {@link io.nvmredis.server.configuration.ConfigurationText} reads it with the files that it
 * includes, {@link io.nvmredis.server.configuration.GivenSettings} is what it says of settings, and {@link
 * io.nvmredis.server.configuration.FileRewriter} writes the values in force to it. {@link
 * io.nvmredis.server.configuration.SettingCatalog} has all settings, for the file, the command line, the environment,
 * CONFIG and the documentation alike.
 *
 * <p>Uses the SPI, and the catalog of the engine for the settings of Redis.
 *
 * <p>Threads: the main thread, and the one that runs CONFIG REWRITE.
 */
@NullMarked
package io.nvmredis.server.configuration;

import org.jspecify.annotations.NullMarked;
