package io.nvmredis.spi;

/** Receives numbers and words by name, in groups. */
public interface Figures {

    void number(String name, long value);

    void text(String name, String value);

    /** Begins a group within this one. */
    Figures group(String name);

    /** Adds a group to a list of groups of this name. */
    Figures item(String name);
}
