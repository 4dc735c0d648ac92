package io.nvmredis.network;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Messages that other threads push for one client, in the order in which they came, until the client's event loop takes
 * them over.
 *
 * <p>Threads: any thread adds, the event loop takes.
 */
final class PushedMessages {
    private final ClientLoop loop;
    private final Consumer<byte[]> receiver;
    private final Runnable advance;
    private final Queue<byte[]> messages = new ConcurrentLinkedQueue<>();
    /** Whether the loop has been told of messages here. */
    private final AtomicBoolean isTold = new AtomicBoolean();

    /**
     * Makes the messages of one client.
     *
     * @param receiver is given each message when the loop takes it over
     * @param advance run by the loop some time after a message has come
     */
    PushedMessages(ClientLoop loop, Consumer<byte[]> receiver, Runnable advance) {
        this.loop = loop;
        this.receiver = receiver;
        this.advance = advance;
    }

    /**
     * Keeps a message and tells the loop, never inside this call: it may be in the middle of another client's command.
     */
    void add(byte[] message) {
        messages.add(message);
        if (isTold.compareAndSet(false, true)) {
            loop.later(() -> {
                isTold.set(false);
                advance.run();
            });
        }
    }

    /** Hands over all messages that have come by now. */
    void takeAll() {
        for (byte[] message = messages.poll(); message != null; message = messages.poll()) {
            receiver.accept(message);
        }
    }

    void discard() {
        messages.clear();
    }
}
