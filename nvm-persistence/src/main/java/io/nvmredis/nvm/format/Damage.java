package io.nvmredis.nvm.format;

/** Words the refusal of a file that is not what it should be. */
public final class Damage {
    private static final String REMEDY = "put back a copy of the directory, or move it away to start empty";

    private Damage() {}

    /** The file is ours and its bytes are wrong. */
    public static DamageException damaged(String path, long offset, String expected, String actual) {
        return refused(path, offset, "damaged", expected, actual, REMEDY);
    }

    /** The file bears one of our names and is something else. */
    public static DamageException foreign(String path, long offset, String expected, String actual) {
        return refused(
                path, offset, "not a file of nvm-redis", expected, actual, "move it away, or choose another directory");
    }

    /** The file is of a version this code cannot read. */
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
                path);
    }

    /** A number as a message shows it. */
    public static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** A number of 32 bits as a message shows it. */
    public static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }
}
