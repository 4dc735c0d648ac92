package io.nvmredis.it.kit;

import io.nvmredis.spi.testkit.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The processes that one test has started. They end with it, and those of all tests with the JVM of the tests.
 *
 * <p>Any thread may enter.
 */
final class Processes {
    private static final Set<Process> OF_ALL_TESTS = ConcurrentHashMap.newKeySet();

    /** Temporary files of servers, native libraries mostly: a killed one leaves them behind. */
    private static final Path SCRATCH = createScratch();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Processes::cleanUp));
    }

    private final Set<Process> ofThisTest = ConcurrentHashMap.newKeySet();

    private static Path createScratch() {
        try {
            return TemporaryFiles.createOnDisk();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void cleanUp() {
        OF_ALL_TESTS.forEach(Process::destroyForcibly);
        OF_ALL_TESTS.forEach(process -> process.onExit().join());
        TemporaryDirectory.delete(SCRATCH);
    }

    /** Where a process may have its temporary files; it is deleted when the JVM of the tests ends. */
    static Path scratch() {
        return SCRATCH;
    }

    Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        OF_ALL_TESTS.add(process);
        ofThisTest.add(process);
        return process;
    }

    /** Kills a process if it still runs, and returns when it is gone. */
    void end(Process process) {
        process.destroyForcibly();
        process.onExit().join();
        ofThisTest.remove(process);
        OF_ALL_TESTS.remove(process);
    }

    void endAll() {
        ofThisTest.forEach(this::end);
    }
}
