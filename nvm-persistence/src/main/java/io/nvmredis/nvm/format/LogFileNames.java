package io.nvmredis.nvm.format;

/** Names of the files of the log. */
public final class LogFileNames {
    public static final String SUPERBLOCK = "nvm.superblock";
    /** Ending of the name of an unfinished file, which is deleted when the directory is opened. */
    public static final String TEMPORARY_SUFFIX = ".tmp";

    /** Name of the file by which the domains of a directory are probed. */
    private static final String PROBE = "probe";

    private static final String SEGMENT_PREFIX = "log-";
    private static final String SEGMENT_SUFFIX = ".segment";
    private static final int EPOCH_DIGITS = 12;

    private LogFileNames() {}

    /** Returns the name of the segment of this epoch, in twelve decimal digits. */
    public static String segment(long epoch) {
        String digits = Long.toString(epoch);
        return SEGMENT_PREFIX + "0".repeat(Math.max(0, EPOCH_DIGITS - digits.length())) + digits + SEGMENT_SUFFIX;
    }

    public static String temporary(String name) {
        return name + TEMPORARY_SUFFIX;
    }

    public static boolean isTemporary(String name) {
        if (!name.endsWith(TEMPORARY_SUFFIX)) {
            return false;
        }
        String finished = name.substring(0, name.length() - TEMPORARY_SUFFIX.length());
        return finished.equals(SUPERBLOCK) || finished.equals(PROBE) || epochOf(finished) >= 0;
    }

    /** Returns the epoch of the segment with this name, or -1 if the name is not a segment's. */
    public static long epochOf(String name) {
        if (!name.startsWith(SEGMENT_PREFIX) || !name.endsWith(SEGMENT_SUFFIX)) {
            return -1;
        }
        String digits = name.substring(SEGMENT_PREFIX.length(), name.length() - SEGMENT_SUFFIX.length());
        boolean decimal = digits.length() == EPOCH_DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return decimal ? Long.parseLong(digits) : -1;
    }
}
