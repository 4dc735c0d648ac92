package io.nvmredis.spi;

/** What {@code SHUTDOWN} says of saving. */
public enum ShutdownSave {
    /** Nothing: as the settings have it. Signals are of this kind. */
    AS_CONFIGURED,
    /** {@code SHUTDOWN SAVE}. */
    SAVE,
    /** {@code SHUTDOWN NOSAVE}. */
    NO_SAVE
}
