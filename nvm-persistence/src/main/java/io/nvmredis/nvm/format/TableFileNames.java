package io.nvmredis.nvm.format;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names of the table's files. */
public final class TableFileNames {
    public static final String TABLE = "table.nvm";

    private static final Pattern HEAP = Pattern.compile("heap-(\\d{6})\\.segment");
    private static final Pattern INDEX = Pattern.compile("index-(\\d{6})\\.buckets");
    private static final Pattern OVERFLOW = Pattern.compile("overflow-(\\d{6})\\.buckets");

    private TableFileNames() {}

    private static String digits(int number) {
        String digits = Integer.toString(number);
        return "0".repeat(Math.max(0, 6 - digits.length())) + digits;
    }

    public static String heap(int number) {
        return "heap-" + digits(number) + ".segment";
    }

    public static String index(int number) {
        return "index-" + digits(number) + ".buckets";
    }

    public static String overflow(int number) {
        return "overflow-" + digits(number) + ".buckets";
    }

    /** Returns the number of the heap segment with this name, or -1 if the name is not a heap segment's. */
    public static int heapNumberOf(String name) {
        Matcher matcher = HEAP.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    /** Returns whether a file belongs to the table, unfinished ones included. */
    public static boolean isTables(String name) {
        String finished =
                isTemporary(name) ? name.substring(0, name.length() - LogFileNames.TEMPORARY_SUFFIX.length()) : name;
        return finished.equals(TABLE)
                || HEAP.matcher(finished).matches()
                || INDEX.matcher(finished).matches()
                || OVERFLOW.matcher(finished).matches();
    }

    private static boolean isTemporary(String name) {
        return name.endsWith(LogFileNames.TEMPORARY_SUFFIX);
    }

    /** Returns whether a file is an unfinished one of the table, to be deleted when the table is opened. */
    public static boolean isUnfinished(String name) {
        return isTemporary(name) && isTables(name);
    }
}
