package io.nvmredis.network;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Messages that other threads push for one client, in the order in which they came, until the client's event loop takes
 * them over.
 *
 * <p>A worker marks here the place of a reply that it has made, while it holds the engine's lock. Messages behind this
 * place tell of what has happened since then, and wait until the reply has come to the loop: a client that keeps copies
 * of values must not be told that a key has changed before it has the reply that shows the old value.
 *
 * <p>Threads: any thread adds, the event loop takes.
 */
final class PushedMessages {
    /** Stands for the reply that is on its way. */
    private static final byte[] REPLY = {};

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

    /** Marks the place of the reply that a worker has made. Another must not be marked before this one has come. */
    void markReply() {
        messages.add(REPLY);
    }

    /** Hands over all messages that have come by now, up to the place of a reply that is on its way. */
    void takeAll() {
        for (byte[] next = messages.peek(); next != null && next != REPLY; next = messages.peek()) {
            receiver.accept(messages.remove());
        }
    }

    /** Hands over the messages that come before the reply that has come, and lets those behind it follow. */
    void takeUntilReply() {
        takeAll();
        if (messages.peek() == REPLY) {
            messages.remove();
        }
    }

    void discard() {
        messages.clear();
    }
}
