package io.nvmredis.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.nvmredis.engine.Engine;
import io.nvmredis.engine.KeyToucher;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.SessionOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: decodes its commands, runs them and sends the replies, in order and not before they are durable.
 *
 * <p>A read batch is what the socket had to give at one time. Its ordinary commands run on the event loop, one after
 * the other, in {@link LoopTurn}; their replies leave with one flush. A command that may wait runs on a worker, and no other of this client
 * until its reply is in. {@link #advance} does whatever can be done now, and is called whenever that may have changed.
 *
 * <p>Nothing grows without bound for a client that does not read: beyond {@link #MAX_QUEUED_BYTES} of replies not taken
 * or not durable its commands are neither run nor read, and messages that it did not ask for have a limit of their own.
 *
 * <p>Threads: its event loop, except for the methods of {@link SessionOutput}, which any thread may call, and {@link
 * #work}, which runs on a worker.
 */
// The futures of a channel are not looked at: what fails closes the channel, and onClosed is told of that.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientConnection extends ChannelInboundHandlerAdapter implements SessionOutput {
    /** Replies that may be on hand before no more commands are run. */
    static final long MAX_QUEUED_BYTES = 256 << 10;
    /** Input that is read ahead while a command is on a worker: reading is how a lost client is noticed. */
    static final long MAX_WAITING_BYTES = 64 << 10;
    /** Redis's {@code client-output-buffer-limit pubsub}, the hard one. */
    static final long MAX_PUSHED_BYTES = 32 << 20;
    /** How long a client is given to take the last words and close, before it is closed under it. */
    private static final long LINGER_MILLIS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final FrontEnd server;
    private final Engine engine;
    private final SocketChannel channel;
    private final EventLoop loop;
    private final boolean isLocal;
    private final InputQueue input;
    private final Session session;
    private final ReplySender sender;
    private final ReplyQueue replies;
    private final RoomWaiters roomWaiters;
    private final LoopTurn turn;
    /** As one object, so that it can be taken back. */
    private final Runnable onRoom = this::advance;

    private final Consumer<List<byte[]>> onDecoded;

    /** Messages pushed by other threads, to be taken over by the loop, and whether it has been told. */
    private final Queue<byte[]> pushes = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean advanceScheduled = new AtomicBoolean();
    /** The engine or the client wants no more; seen by workers. */
    private volatile boolean ended;

    private boolean advancing;
    private boolean reading = true;
    /** A command is on a worker. */
    private boolean working;
    /** A command that writes and waits until the log has room. */
    private @Nullable List<byte[]> held;
    /** No command is run any more: the channel is closed when the one on a worker is answered and all is sent. */
    private boolean closing;
    /** All has been sent, and what the client still sends is thrown away. */
    private boolean lingering;

    ClientConnection(FrontEnd server, SocketChannel channel) {
        this.server = server;
        this.engine = server.engine();
        this.channel = channel;
        this.loop = channel.eventLoop();
        ServerConfig config = server.config();
        this.isLocal = PeerAddress.isLoopback(channel.remoteAddress());
        this.session = engine.openSession(this);
        this.input = new InputQueue(
                new RespDecoder(config.maxBulkLength(), config.queryBufferLimit(), session::mustAuthenticate));
        this.sender = new ReplySender(channel, session, server.gate(), this::advance);
        this.replies = sender.replies();
        this.roomWaiters = server.gate().roomWaiters(loop, engine);
        this.turn = server.turns().of(loop);
        this.onDecoded = this::touchLater;
    }

    // Reading

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        if (closing) {
            buffer.release();
        } else {
            input.add(buffer);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        turn.add(this);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        advance();
    }

    /** The client sends no more; what it has sent is still answered. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended = true;
            if (lingering) {
                channel.close();
            } else {
                advance();
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("client {} lost: {}", channel.remoteAddress(), cause.toString());
        } else {
            fail(cause);
        }
        abort();
    }

    /** The channel is closed, whoever closed it. */
    void onClosed() {
        ended = true;
        closing = true;
        held = null;
        roomWaiters.forget(onRoom);
        input.discard();
        replies.discard();
        pushes.clear();
        session.close();
    }

    // Running

    /** Decodes some of what is to be run. Returns how many commands there are. */
    int decodeAhead() {
        return advancing || !channel.isOpen() || !mayRun()
                ? 0
                : input.decodeAhead(commandsAhead(), MAX_WAITING_BYTES, onDecoded);
    }

    /** What comes behind AUTH is read by other rules. */
    private int commandsAhead() {
        return session.mustAuthenticate() ? 1 : KeyToucher.CAPACITY;
    }

    private void touchLater(List<byte[]> command) {
        if (!session.mustAuthenticate()) {
            turn.toucher().add(session, command);
        }
    }

    /** Runs what can be run, and sends nothing yet: {@link #advance} must follow. */
    void runAhead() {
        if (!advancing && channel.isOpen()) {
            advancing = true;
            try {
                runCommands();
            } finally {
                advancing = false;
            }
        }
    }

    void advance() {
        if (advancing || !channel.isOpen()) {
            // A task that comes after the end finds nothing to do, and perhaps no persister any more.
            return;
        }
        advancing = true;
        try {
            do {
                takePushes();
                runCommands();
                if (!sender.send()) {
                    abort();
                }
            } while (mayRun() && !input.isEmpty() && held == null);
        } finally {
            advancing = false;
        }
        regulateReading();
        closeIfDone();
    }

    private boolean mayRun() {
        return !working && !closing && replies.queuedBytes() < MAX_QUEUED_BYTES && channel.isWritable();
    }

    private void runCommands() {
        if (!mayRun() || (input.isEmpty() && held == null)) {
            return;
        }
        boolean entered = engine.tryEnter();
        try {
            List<byte[]> command;
            while (mayRun() && (command = next(entered)) != null && !mustWait(command)) {
                run(command, entered);
            }
        } catch (ProtocolException e) {
            refuse(e);
        } finally {
            if (entered) {
                engine.exit();
            }
        }
    }

    private @Nullable List<byte[]> next(boolean entered) throws ProtocolException {
        List<byte[]> command = held;
        held = null;
        if (command != null) {
            return command;
        }
        if (entered && !input.hasCommands()) {
            decodeMore();
        }
        return input.next();
    }

    /** Decodes what is run next and touches it. */
    private void decodeMore() {
        input.decodeAhead(commandsAhead(), MAX_WAITING_BYTES, onDecoded);
        turn.toucher().touch();
    }

    /**
     * Whether a command has to wait because it writes and the log has no room. What this client has sent is left where
     * it is meanwhile, and others go on.
     */
    private boolean mustWait(List<byte[]> command) {
        if (engine.isBackedUp() && session.writes(command) && roomWaiters.await(onRoom)) {
            held = command;
            return true;
        }
        return false;
    }

    private void run(List<byte[]> command, boolean entered) {
        try {
            byte[] reply = Session.ON_WORKER;
            if (entered && !session.needsWorker(command)) {
                reply = session.execute(command);
            }
            if (reply == Session.ON_WORKER) {
                runOnWorker(command);
            } else {
                addReply(reply);
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void addReply(byte @Nullable [] reply) {
        if (reply != null && channel.isOpen()) {
            replies.add(reply);
        }
    }

    /** A reply is missing now, so that no other may follow. */
    private void fail(Throwable cause) {
        LOG.error("client {} is disconnected after an internal error", channel.remoteAddress(), cause);
        abort();
    }

    private void runOnWorker(List<byte[]> command) {
        working = true;
        try {
            server.workers().execute(() -> work(command));
        } catch (OutOfMemoryError e) {
            working = false;
            LOG.error(
                    "no thread for a command that may wait; raise the limits on processes and memory: {}",
                    e.toString());
            replies.add("-ERR the server cannot start another thread\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (RejectedExecutionException e) {
            // The server is shutting down.
            working = false;
            closing = true;
        }
    }

    /** On a worker. */
    private void work(List<byte[]> command) {
        try {
            byte[] reply = session.executeOnWorker(command);
            onLoop(() -> worked(reply));
        } catch (RuntimeException | Error e) {
            onLoop(() -> {
                working = false;
                fail(e);
            });
        }
    }

    private void worked(byte @Nullable [] reply) {
        working = false;
        takePushes();
        addReply(reply);
        advance();
    }

    private void refuse(ProtocolException fault) {
        byte[] reply = fault.reply();
        if (reply != null) {
            replies.add(reply);
        } else {
            LOG.warn("client {} is disconnected: {}", channel.remoteAddress(), fault.getMessage());
        }
        closing = true;
        input.discard();
    }

    private void regulateReading() {
        boolean wanted = lingering
                || (!closing
                        && replies.queuedBytes() < MAX_QUEUED_BYTES
                        && channel.isWritable()
                        && input.readableBytes() < MAX_WAITING_BYTES);
        if (wanted != reading) {
            reading = wanted;
            channel.config().setAutoRead(wanted);
        }
    }

    private void closeIfDone() {
        boolean over = closing || (ended && input.isEmpty() && held == null);
        if (over && !lingering && !working && replies.isEmpty() && channel.isOpen()) {
            closing = true;
            lingering = true;
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> linger());
        }
    }

    /**
     * Says that nothing more will come, and waits a little for the client to close. To close at once, with input of
     * the client's unread, would reset the connection, and the last reply might be lost on its way.
     */
    private void linger() {
        if (channel.isInputShutdown()) {
            channel.close();
            return;
        }
        channel.shutdownOutput();
        regulateReading();
        loop.schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Closes without what has not been handed to the channel. */
    private void abort() {
        ended = true;
        closing = true;
        input.discard();
        replies.discard();
        channel.close();
    }

    /** Has the client answered what runs now, and nothing more, and then disconnected. Any thread. */
    void shutDown() {
        onLoop(() -> {
            ended = true;
            closing = true;
            advance();
        });
    }

    /** Disconnects the client at once. Any thread. */
    void disconnect() {
        onLoop(this::abort);
    }

    // From the engine, on any thread

    @Override
    public void push(byte[] message) {
        if (!loop.inEventLoop()) {
            pushes.add(message);
            scheduleAdvance();
        } else {
            takePushes();
            addPush(message);
            if (!advancing) {
                scheduleAdvance();
            }
        }
    }

    private void scheduleAdvance() {
        if (advanceScheduled.compareAndSet(false, true)) {
            onLoop(() -> {
                advanceScheduled.set(false);
                advance();
            });
        }
    }

    private void takePushes() {
        for (byte[] message = pushes.poll(); message != null; message = pushes.poll()) {
            addPush(message);
        }
    }

    private void addPush(byte[] message) {
        if (!channel.isOpen() || lingering) {
            return;
        }
        replies.addPush(message);
        if (replies.pushedBytes() > MAX_PUSHED_BYTES) {
            LOG.warn(
                    "client {} is disconnected: it does not read, and {} bytes of messages wait for it, more than"
                            + " client-output-buffer-limit pubsub admits",
                    channel.remoteAddress(),
                    replies.pushedBytes());
            abort();
        }
    }

    @Override
    public void close() {
        ended = true;
        onLoop(() -> {
            takePushes();
            closing = true;
            if (!advancing) {
                scheduleAdvance();
            }
        });
    }

    @Override
    public boolean isOpen() {
        return !ended;
    }

    @Override
    public boolean isLocal() {
        return isLocal;
    }

    @Override
    public int localPort() {
        return channel.localAddress() == null ? 0 : channel.localAddress().getPort();
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
            return;
        }
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The server has shut down, and the channel is closed.
            LOG.debug("client {} has been disconnected before", channel.remoteAddress());
        }
    }
}
