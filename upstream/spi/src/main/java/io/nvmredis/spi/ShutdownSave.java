package io.nvmredis.spi;

/** Argument of {@code SHUTDOWN} about saving. */
public enum ShutdownSave {
    /** {@code SHUTDOWN} without such an argument, or a signal: the settings decide. */
    AS_CONFIGURED,
    /** {@code SHUTDOWN SAVE}. */
    SAVE,
    /** {@code SHUTDOWN NOSAVE}. */
    NO_SAVE
}
