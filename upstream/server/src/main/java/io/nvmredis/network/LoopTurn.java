package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.nvmredis.engine.Engine;
import io.nvmredis.engine.KeyPrefetcher;
import java.util.ArrayList;
import java.util.List;

/**
 * What the clients have sent that an event loop found ready at one time: run when all of them have been read.
 *
 * <p>So many clients with one command each are served like one with many: their keys are fetched together, and one
 * commit makes durable what all of them wrote. They are taken in groups of about {@link KeyPrefetcher#CAPACITY} commands, so
 * that the first have their replies while the last are still to be run.
 *
 * <p>Belongs to the event loop.
 */
final class LoopTurn {
    /** Input that is taken before what has come is run: until then it is in buffers that nobody has counted. */
    private static final long MAX_READ_BYTES = 4 << 20;

    private final EventLoop loop;
    private final Engine engine;
    private final KeyPrefetcher prefetcher;
    private final List<ClientConnection> ready = new ArrayList<>();
    /** As one object, not one a turn. */
    private final Runnable task = this::runScheduled;

    private boolean isScheduled;
    private boolean isRunning;
    /** When the last one began, by {@link System#nanoTime}. */
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

    /** When the turn that runs has begun, so that each client need not ask for the time. */
    long startNanos() {
        return startNanos;
    }

    /** So much memory has been filled, or was to be, by reading. */
    void read(int bytes) {
        readBytes += bytes;
    }

    /** All that there was to read from this client has been read. */
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
        // Nobody's replies are sent before all have run: the first commit is for all.
        group.forEach(ClientConnection::runAhead);
        group.forEach(ClientConnection::advance);
    }

    /** Unless a script holds the engine: this must not wait. */
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
