package io.nvmredis.it.soak;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What one client has last done, to be read by somebody who looks for a fault. One thread at a time. */
final class History {
    private static final int KEPT = 20_000;

    private final Deque<String> lines = new ArrayDeque<>();

    void add(String what) {
        lines.add(System.currentTimeMillis() + " " + what);
        if (lines.size() > KEPT) {
            lines.remove();
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
