package io.nvmredis.transfer;

import java.io.PrintStream;
import jnr.posix.POSIXFactory;

/** Chooses how progress is shown. */
public final class Terminal {
    private static final int STANDARD_ERROR = 2;

    private Terminal() {}

    /** A bar if standard error is a terminal, lines otherwise. */
    public static Progress progress(PrintStream standardError) {
        return isTerminal(STANDARD_ERROR) ? new BarProgress(standardError) : new LineProgress(standardError);
    }

    /**
     * Whether an open file of this process is a terminal: isatty(3).
     *
     * <p>Binding the C library for it takes some hundred milliseconds. A server never comes here: only imports and exports do.
     */
    static boolean isTerminal(int descriptor) {
        try {
            return POSIXFactory.getNativePOSIX().isatty(descriptor) == 1;
        } catch (LinkageError | RuntimeException e) {
            // Not bound here: lines can be read anywhere.
            return false;
        }
    }
}
