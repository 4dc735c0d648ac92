package io.nvmredis.network;

import io.netty.channel.EventLoop;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.catalog.Command;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Command of one client whose reply comes later: a worker runs it, or it waits for a key and the engine remembers it.
 * No other command of the client runs until it has been answered.
 *
 * <p>Threads: the client's event loop, except for {@link #run}, which a worker runs, and {@link #replying} and {@link
 * #resume}, which any thread may call.
 */
final class CommandUnderWay {
    /** Bytes per key that the engine takes to remember the waiting command. */
    private static final int WAITED_KEY_BYTES = 320;

    private static final byte[] NO_THREAD =
            "-ERR the server cannot start another thread\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final Logger LOG = LoggerFactory.getLogger(CommandUnderWay.class);

    private final Executor workers;
    private final Session session;
    private final ClientAccount account;
    private final ClientLoop loop;
    private final Suspension suspension;
    private final Client client;
    /** Bytes of the reply that has been made and has not come to the loop. */
    private final AtomicLong replyBytes = new AtomicLong();

    private boolean isThere;
    private long bytes;

    /** Client whose command is under way; called on its event loop. */
    interface Client {
        /** Takes the reply of the command that has ended, null if it has none. */
        void replied(byte @Nullable [] reply);

        /** Called when the command begins to wait. */
        void waits();

        /** Called when the command has failed, so that its reply is missing. */
        void fail(Throwable cause);
    }

    CommandUnderWay(
            Executor workers,
            Session session,
            ClientAccount account,
            ClientLoop loop,
            EventLoop eventLoop,
            Client client) {
        this.workers = workers;
        this.session = session;
        this.account = account;
        this.loop = loop;
        this.suspension = new Suspension(eventLoop, session, this::arrived);
        this.client = client;
    }

    /** Tells whether a command is under way. */
    boolean isThere() {
        return isThere;
    }

    /** Returns the bytes of memory that the command takes. */
    long bytes() {
        return bytes;
    }

    private void begin(Command command) {
        isThere = true;
        bytes = RespDecoder.bytesOf(command.words());
    }

    private void clear() {
        isThere = false;
        bytes = 0;
    }

    /** Runs the command on a worker. Returns false if the server is shutting down: the command is not run then. */
    boolean work(Command command) {
        begin(command);
        try {
            workers.execute(() -> run(command));
            return true;
        } catch (OutOfMemoryError e) {
            LOG.error(
                    "no thread for a command that may wait; raise the limits on processes and memory: {}",
                    e.toString());
            clear();
            client.replied(NO_THREAD);
            return true;
        } catch (RejectedExecutionException e) {
            clear();
            client.replied(null);
            return false;
        }
    }

    /** Runs the command. Called by a worker. */
    private void run(Command command) {
        try {
            byte[] reply = session.executeOnWorker(command);
            loop.later(() -> arrived(reply));
        } catch (RuntimeException | Error e) {
            loop.later(() -> {
                countReplyNoLonger();
                clear();
                client.fail(e);
            });
        }
    }

    /** Keeps a command that has been run and has replied that it waits. */
    void await(Command command) {
        begin(command);
        bytes += (long) WAITED_KEY_BYTES * command.words().size();
        suspend();
    }

    private void suspend() {
        suspension.begin();
        client.waits();
    }

    /** Counts a reply of so many bytes that has been made, until it comes to the loop. Any thread. */
    void replying(int length) {
        replyBytes.addAndGet(length);
        account.onItsWay(length);
    }

    /** Takes a reply off the count when it has come to the loop: from there it counts as waiting for the client. */
    private void countReplyNoLonger() {
        account.onItsWay(-replyBytes.getAndSet(0));
    }

    /** Answers the command that waits. Any thread, in the middle of another client's command. */
    void resume(byte @Nullable [] reply) {
        loop.later(() -> {
            suspension.end();
            arrived(reply);
        });
    }

    private void arrived(byte @Nullable [] reply) {
        countReplyNoLonger();
        if (reply == Session.WAITING) {
            suspend();
        } else {
            clear();
            client.replied(reply);
        }
    }

    /** Ends the wait of the command, which then has no reply. Returns false if no command waits. */
    boolean stop() {
        if (!suspension.stop()) {
            return false;
        }
        clear();
        return true;
    }

    /** Stops the timer when the client is gone. */
    void end() {
        suspension.end();
    }
}
