package io.nvmredis.nvm.format;

/** Makes the exceptions that refuse a file. */
public final class Damage {
    private static final String REMEDY = "put back a copy of the directory, or move it away to start empty";

    private Damage() {}

    /** Returns the exception for a file of ours whose bytes are wrong. */
    public static DamageException damaged(String path, long offset, String expected, String actual) {
        return refused(path, offset, "damaged", expected, actual, REMEDY);
    }

    /** Returns the exception for a file that has one of our names and is something else. */
    public static DamageException foreign(String path, long offset, String expected, String actual) {
        return refused(
                path, offset, "not a file of nvm-redis", expected, actual, "move it away, or choose another directory");
    }

    /** Returns the exception for a file of a version that this code cannot read. */
    public static DamageException unknownVersion(String path, long offset, int expected, int actual) {
        return refused(
                path,
                offset,
                actual > expected ? "written by a newer version" : "of an unknown version",
                "format version " + expected,
                "format version " + Integer.toUnsignedString(actual),
                "open it with the version of nvm-redis that wrote it");
    }

    private static DamageException refused(
            String path, long offset, String what, String expected, String actual, String remedy) {
        return new DamageException(
                path + " is " + what + ": at offset " + offset + " expected " + expected + ", found " + actual + "; "
                        + remedy,
                path,
                offset,
                expected,
                actual);
    }

    /** Returns a number as messages show it. */
    public static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** Returns a number of 32 bits as messages show it. */
    public static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }
}
