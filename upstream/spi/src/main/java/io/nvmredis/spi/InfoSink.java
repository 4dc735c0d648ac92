package io.nvmredis.spi;

/** Takes the fields that a persister adds to {@code INFO persistence}. */
public interface InfoSink {

    /** A field, named as Redis names its own: lower case, underscores, unit last. */
    void field(String name, String value);

    /** See {@link #field(String, String)}. */
    default void field(String name, long value) {
        field(name, Long.toString(value));
    }
}
