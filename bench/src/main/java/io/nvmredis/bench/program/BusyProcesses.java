package io.nvmredis.bench.program;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Processes that do nothing but keep a processor busy each, until they are closed. */
final class BusyProcesses implements AutoCloseable {
    private final List<Process> processes = new ArrayList<>();

    /** Starts them. Each ends by itself when this process does. */
    BusyProcesses(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            processes.add(new ProcessBuilder("sh", "-c", "while kill -0 $PPID; do :; done").start());
        }
    }

    /** Fails if one of them has ended. */
    void requireAlive() throws IOException {
        if (!processes.stream().allMatch(Process::isAlive)) {
            throw new IOException("a process that was to keep a processor busy has ended");
        }
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        processes.forEach(process -> process.onExit().join());
    }
}
