/** Tests of the configuration file, without a server. */
package io.nvmredis.server.configuration;
