package io.nvmredis.transfer;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Chooses how progress is shown. */
public final class Terminal {
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /** A bar if standard error is a terminal, lines otherwise. */
    public static Progress progress(PrintStream standardError) {
        return isTerminal(STANDARD_ERROR) ? new BarProgress(standardError) : new LineProgress(standardError);
    }

    /** Whether an open file of this process is a terminal, by the device it leads to. */
    static boolean isTerminal(Path descriptor) {
        try {
            String device = Files.readSymbolicLink(descriptor).toString();
            return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
