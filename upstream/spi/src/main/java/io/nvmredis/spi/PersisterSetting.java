package io.nvmredis.spi;

/**
 * Setting of a persister. A server describes its own settings in the same way.
 *
 * @param name name as on the command line, without the dashes: {@code nvm-domain}
 * @param defaultValue value when the user gives none
 * @param description one line, with the admitted values and the unit
 * @param isChangeable whether CONFIG SET can change it while the server runs
 */
public record PersisterSetting(String name, String defaultValue, String description, boolean isChangeable) {

    /** Describes a setting that keeps the value that the server was started with. */
    public PersisterSetting(String name, String defaultValue, String description) {
        this(name, defaultValue, description, false);
    }

    /** Returns the same setting as one that CONFIG SET can change. */
    public PersisterSetting changeable() {
        return new PersisterSetting(name, defaultValue, description, true);
    }
}
