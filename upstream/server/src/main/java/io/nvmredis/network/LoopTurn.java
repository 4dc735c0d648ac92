package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.nvmredis.engine.Engine;
import io.nvmredis.engine.KeyPrefetcher;
import java.util.ArrayList;
import java.util.List;

/**
 * Turn of an event loop: runs the input of all clients that were found ready at one time, when all of it has been read.
 *
 * <p>So many clients with one command each are served like one client with many commands: their keys are fetched
 * together, and one commit makes durable what all of them wrote. Clients are taken in groups of about {@link
 * KeyPrefetcher#CAPACITY} commands, so that the first have their replies while the last are still to be run.
 *
 * <p>Belongs to the event loop.
 */
final class LoopTurn {
    /** Bytes that are read before the input is run: until then they are in buffers that are not counted. */
    private static final long MAX_READ_BYTES = 4 << 20;

    private final EventLoop loop;
    private final Engine engine;
    private final KeyPrefetcher prefetcher;
    private final Traffic traffic = new Traffic();
    private final List<ClientConnection> ready = new ArrayList<>();
    /** Kept as one object, instead of one per turn. */
    private final Runnable task = this::runScheduled;

    private boolean isScheduled;
    private boolean isRunning;
    /** Time when the last turn began, by {@link System#nanoTime}. */
    private long startNanos;

    private long readBytes;

    LoopTurn(EventLoop loop, Engine engine) {
        this.loop = loop;
        this.engine = engine;
        this.prefetcher = engine.newPrefetcher();
    }

    KeyPrefetcher prefetcher() {
        return prefetcher;
    }

    /** Returns the time when this turn began, so that not every client need ask for the time. */
    long startNanos() {
        return startNanos;
    }

    Traffic traffic() {
        return traffic;
    }

    /** Counts the memory that a read was to fill, and the bytes that have come. */
    void read(int capacity, int bytes) {
        readBytes += capacity;
        traffic.read(bytes);
    }

    /** Adds a client whose input has been read for now. */
    void add(ClientConnection connection) {
        ready.add(connection);
        if (readBytes >= MAX_READ_BYTES && !isRunning) {
            run();
        } else if (!isScheduled) {
            isScheduled = true;
            loop.execute(task);
        }
    }

    private void runScheduled() {
        isScheduled = false;
        run();
    }

    private void run() {
        isRunning = true;
        try {
            runAll();
        } finally {
            isRunning = false;
        }
    }

    private void runAll() {
        readBytes = 0;
        startNanos = System.nanoTime();
        List<ClientConnection> turn = new ArrayList<>(ready);
        ready.clear();
        int from = 0;
        int commandCount = 0;
        for (int i = 0; i < turn.size(); i++) {
            commandCount += turn.get(i).decodeAhead();
            if (commandCount >= KeyPrefetcher.CAPACITY || i == turn.size() - 1) {
                runGroup(turn.subList(from, i + 1));
                from = i + 1;
                commandCount = 0;
            }
        }
    }

    private void runGroup(List<ClientConnection> group) {
        prefetch();
        // No replies are sent before all clients have run: the first commit is for all of them.
        group.forEach(ClientConnection::runAhead);
        engine.broadcastChanges();
        group.forEach(ClientConnection::advance);
    }

    /** Fetches keys, unless a script holds the engine: this must not wait. */
    private void prefetch() {
        if (engine.tryEnter()) {
            try {
                prefetcher.prefetch();
            } finally {
                engine.exit();
            }
        }
    }
}
