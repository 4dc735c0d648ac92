package io.nvmredis.spi;

/** Takes the fields that a persister adds to {@code INFO persistence}. */
public interface InfoSink {

    /** Takes a field, named as Redis names its own: lower case, underscores, unit last. */
    void field(String name, String value);

    /** Takes a field with a number: see {@link #field(String, String)}. */
    default void field(String name, long value) {
        field(name, Long.toString(value));
    }
}
