package io.nvmredis.it.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/** A clock that a server takes for the system's, and that can be put forward and back while it runs. */
public final class SteppedClock {
    private static final Path LIBRARIES = Path.of("/usr/lib");

    private final Path library;
    private final Path offset;

    /** One that is right, and keeps its offset in this file. */
    public SteppedClock(Path offset) throws IOException {
        this.library = library().orElseThrow();
        this.offset = offset;
        step(Duration.ZERO);
    }

    /** Whether libfaketime is there (Debian: {@code apt-get install libfaketime}). */
    public static boolean isAvailable() {
        return library().isPresent();
    }

    /** Sets how far it is ahead of the system's; servers see it within a second. */
    public void step(Duration ahead) throws IOException {
        Path next = offset.resolveSibling(offset.getFileName() + ".next");
        Files.writeString(next, (ahead.isNegative() ? "" : "+") + ahead.toSeconds() + "\n");
        Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The program that runs another one, whose command follows, with this clock. */
    public String[] enter() {
        return new String[] {
            "env",
            "LD_PRELOAD=" + library,
            "FAKETIME_TIMESTAMP_FILE=" + offset,
            "FAKETIME_CACHE_DURATION=1",
            // A JVM that waits does so by the other clock.
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
            "DONT_FAKE_MONOTONIC=1",
            "FAKETIME_FORCE_MONOTONIC_FIX=0"
        };
    }

    private static Optional<Path> library() {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(LIBRARIES)) {
            for (Path folder : folders) {
                Path library = folder.resolve("faketime/libfaketime.so.1");
                if (Files.exists(library)) {
                    return Optional.of(library);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
