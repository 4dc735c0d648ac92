package io.nvmredis.spi;

/**
 * A setting of a persister. A server describes its own in the same way.
 *
 * @param name as on the command line, without the dashes: {@code nvm-domain}
 * @param defaultValue the value when the user gives none
 * @param description one line, with the admitted values and the unit
 */
public record PersisterSetting(String name, String defaultValue, String description) {}
