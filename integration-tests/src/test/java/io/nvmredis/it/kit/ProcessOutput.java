package io.nvmredis.it.kit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects the lines of one stream of a process, so that the process never waits for somebody to read them. */
final class ProcessOutput {
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    ProcessOutput(InputStream stream, String name) {
        reader = new Thread(() -> drain(stream), name);
        reader.setDaemon(true);
        reader.start();
    }

    /** What has come so far. */
    List<String> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** All of it; to be called when the process has ended. */
    List<String> allLines() throws InterruptedException {
        reader.join(10_000);
        return lines();
    }

    private void drain(InputStream stream) {
        try (BufferedReader input = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
            }
        } catch (IOException e) {
            synchronized (lines) {
                lines.add("[the rest could not be read: " + e + "]");
            }
        }
    }
}
