package io.nvmredis.cli;

/** Version of this server, as in its POM: a test compares the two. */
final class Version {
    static final String CURRENT = "0.1.0";

    private Version() {}
}
