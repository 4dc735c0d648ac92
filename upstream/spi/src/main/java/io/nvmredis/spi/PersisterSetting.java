package io.nvmredis.spi;

/**
 * Setting of a persister. A server describes its own settings in the same way.
 *
 * @param name name as on the command line, without the dashes: {@code nvm-domain}
 * @param defaultValue value when the user gives none
 * @param description one line, with the admitted values and the unit
 */
public record PersisterSetting(String name, String defaultValue, String description) {}
