package io.nvmredis.transfer;

import java.io.PrintStream;
import jnr.posix.POSIXFactory;

/** Chooses how progress is shown. */
public final class Terminal {
    private static final int STANDARD_ERROR = 2;

    private Terminal() {}

    /** Returns a bar if standard error is a terminal, otherwise lines. */
    public static Progress progress(PrintStream standardError) {
        return isTerminal(STANDARD_ERROR) ? new BarProgress(standardError) : new LineProgress(standardError);
    }

    /** Returns whether standard error is a terminal. */
    public static boolean isShown() {
        return isTerminal(STANDARD_ERROR);
    }

    /**
     * Tells whether an open file of this process is a terminal, by isatty(3).
     *
     * <p>Binding the C library for this takes some hundred milliseconds. Only imports and exports call this, never a
     * server.
     */
    static boolean isTerminal(int descriptor) {
        try {
            return POSIXFactory.getNativePOSIX().isatty(descriptor) == 1;
        } catch (LinkageError | RuntimeException e) {
            // The C library is not bound here; lines can be read anywhere.
            return false;
        }
    }
}
