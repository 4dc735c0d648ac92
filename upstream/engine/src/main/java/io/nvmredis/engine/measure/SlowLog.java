package io.nvmredis.engine.measure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The latest commands that took long: {@code slowlog-max-len} of them, or fewer if they take more than {@link
 * #MAX_BYTES}.
 */
public final class SlowLog {
    static final long MAX_BYTES = 8 << 20;

    private final Deque<SlowCommand> latestFirst = new ArrayDeque<>();
    private long nextId;
    private long bytes;
    private long maxLength;

    SlowLog(long maxLength) {
        this.maxLength = maxLength;
    }

    void add(long timeSeconds, long micros, List<byte[]> command, String address, String clientName) {
        SlowCommand slow = new SlowCommand(nextId++, timeSeconds, micros, KeptWords.of(command), address, clientName);
        latestFirst.addFirst(slow);
        bytes += slow.bytes();
        trim();
    }

    private void trim() {
        while (latestFirst.size() > maxLength || bytes > MAX_BYTES) {
            bytes -= latestFirst.removeLast().bytes();
        }
    }

    /** Sets how many commands are kept. Those beyond it are dropped when the next one comes, as in Redis. */
    void limit(long newMaxLength) {
        maxLength = newMaxLength;
    }

    public int length() {
        return latestFirst.size();
    }

    /** Returns the latest commands, the last one first; at most so many of them. */
    public List<SlowCommand> latest(long count) {
        return new ArrayList<>(latestFirst.stream().limit(count).toList());
    }

    public void reset() {
        latestFirst.clear();
        bytes = 0;
    }
}
