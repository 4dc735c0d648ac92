package io.nvmredis.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.nvmredis.engine.Engine;
import io.nvmredis.engine.KeyPrefetcher;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.context.ClientFigures;
import io.nvmredis.engine.context.SessionOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: decodes its commands, runs them and sends the replies, in order and not before they are durable.
 *
 * <p>A read batch is what the socket had to give at one time. Its ordinary commands run on the event loop, one after
 * the other, in {@link LoopTurn}; their replies leave with one flush. A command that may take long runs on a worker, one that waits for
 * a key is remembered by the engine, and no other of this client is run until its reply is in. {@link #advance} does whatever can be done now, and is called whenever that may have changed.
 *
 * <p>Invariant, checked after each {@link #advance}: if there is something to be run or sent, somebody will call it again:
 * see {@link #isServed}.
 *
 * <p>Nothing grows without bound: how much may wait for a client that does not read is {@link OutputWatch}'s to decide,
 * and what a client takes is counted in {@link ClientMemory}.
 *
 * <p>Nothing of this connection runs inside a command of another: what the engine has to say to it while it runs
 * somebody else's is a task of the event loop.
 *
 * <p>Threads: its event loop, except for the methods of {@link SessionOutput}, which any thread may call, and {@link
 * #work}, which runs on a worker.
 */
// The futures of a channel are not looked at: what fails closes the channel, and onClosed is told of that.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientConnection extends ChannelInboundHandlerAdapter implements SessionOutput {
    /** How long a client is given to take the last words and close, before it is closed under it. */
    private static final long LINGER_MILLIS = 500;
    /** How long it is until somebody who found a script running looks again. */
    private static final long SCRIPT_POLL_MILLIS = 10;

    private static final int WAITED_KEY_BYTES = 320;

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
    private final ClientLimits limits;
    private final ClientMemory memory;
    private final ClientAccount account;
    private final OutputWatch output;
    private final Suspension suspension;
    private final PauseWait pause;
    private final MessageAdmission messages;
    private final ConnectionFigures figures;
    /** As one object, so that it can be taken back. */
    private final Runnable onRoom = this::advance;

    private final Runnable onRoomForWaiters = this::serveWaiters;
    private final Runnable onMemory = this::onMemory;

    private final Consumer<List<byte[]>> onDecoded = this::prefetchLater;

    /** Messages pushed by other threads, to be taken over by the loop, and whether it has been told. */
    private final Queue<byte[]> pushes = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean advanceScheduled = new AtomicBoolean();
    /** Of the reply that a worker has made and that has not come to the loop. */
    private final AtomicLong workerReplyBytes = new AtomicLong();
    /** The engine or the client wants no more; seen by workers. */
    private volatile boolean ended;

    private boolean advancing;
    private boolean reading = true;
    /** A command of this client runs on the event loop now. */
    private boolean executing;
    /** A command of this client is on a worker, or waits for a key, and its reply comes later. */
    private boolean working;
    /** What the command that is under way or held takes. */
    private long commandBytes;
    /** {@link #onMemory} will be run. */
    private boolean awaitsMemory;
    /** Somebody will tell when the socket has taken what was handed to the channel. */
    private boolean draining;
    /** A command that waits until the log has room or a pause is over. */
    private @Nullable List<byte[]> held;
    /** No command is run any more: the channel is closed when the one on a worker is answered and all is sent. */
    private boolean closing;
    /** All has been sent, and what the client still sends is thrown away. */
    private boolean lingering;

    /** One that other clients see when it is complete. */
    static ClientConnection open(FrontEnd server, SocketChannel channel) {
        ClientConnection connection = new ClientConnection(server, channel);
        connection.session.open();
        return connection;
    }

    private ClientConnection(FrontEnd server, SocketChannel channel) {
        this.server = server;
        this.engine = server.engine();
        this.channel = channel;
        this.loop = channel.eventLoop();
        ServerConfig config = server.config();
        this.isLocal = PeerAddress.isLoopback(channel.remoteAddress());
        this.limits = server.limits();
        this.memory = server.memory();
        this.account = memory.open(() -> later(this::evict));
        this.session = engine.newSession(this);
        this.input = new InputQueue(new RespDecoder(
                config.maxBulkLength(), limits.queryBufferBytes(), session::mustAuthenticate, account::tryGrow));
        this.sender = new ReplySender(channel, session, server.gate(), this::advance);
        this.replies = sender.replies();
        this.output = new OutputWatch(channel, sender, limits, account, this::advance, session::mustAuthenticate);
        this.roomWaiters = server.gate().roomWaiters(loop, engine);
        this.suspension = new Suspension(loop, session, this::worked);
        this.pause = new PauseWait(loop, engine.pause(), session, this::advance);
        this.messages = new MessageAdmission(limits, memory, account, why -> later(() -> giveUp(why)));
        this.figures = new ConnectionFigures(channel, account, pause);
        this.turn = server.turns().of(loop);
    }

    // Reading

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        if (closing) {
            buffer.release();
        } else {
            turn.read(buffer.capacity());
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
            giveUpWaiting();
            if (!lingering) {
                advance();
            } else if (channel.isOutputShutdown()) {
                channel.close();
            }
            // Otherwise the last replies are still on their way to the socket: linger will close.
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause instanceof UncheckedIOException) {
            // The unchecked one comes where reading goes on again and the socket has gone meanwhile.
            LOG.debug("client {} lost: {}", channel.remoteAddress(), cause.toString());
        } else if (cause instanceof OutOfMemoryError) {
            giveUp("no memory for what it sends, lower maxmemory-clients or raise -XX:MaxDirectMemorySize: " + cause);
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
        memory.forget(onMemory);
        roomWaiters.forget(onRoomForWaiters);
        suspension.end();
        pause.end();
        input.discard();
        replies.discard();
        pushes.clear();
        account.close();
        session.close();
    }

    // Running

    /** Decodes some of what is to be run. Returns how many commands there are. */
    int decodeAhead() {
        return advancing || !channel.isOpen() || !mayRun()
                ? 0
                : input.decodeAhead(commandsAhead(), limits.waitingBytes(), onDecoded);
    }

    /** What comes behind AUTH is read by other rules. */
    private int commandsAhead() {
        return session.mustAuthenticate() ? 1 : KeyPrefetcher.CAPACITY;
    }

    private void prefetchLater(List<byte[]> command) {
        if (!session.mustAuthenticate()) {
            turn.prefetcher().add(session, command);
        }
    }

    /** Runs what can be run, and sends nothing yet: {@link #advance} must follow. */
    void runAhead() {
        if (!advancing && channel.isOpen()) {
            advancing = true;
            figures.active(turn.startNanos());
            try {
                runCommands();
                settle();
            } catch (RuntimeException | Error e) {
                fail(e);
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
                send();
                settle();
            } while (goesOn());
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            advancing = false;
        }
        regulateReading();
        closeIfDone();
        requireServed();
    }

    private void send() {
        if (!sender.send()) {
            abort();
            return;
        }
        if (replies.isEmpty()) {
            output.relax();
        }
        if (!draining && output.pendingBytes() > 0) {
            awaitDrain();
        }
        String broken = output.brokenSoftLimit();
        if (broken != null) {
            giveUp(broken);
        }
    }

    /** Has somebody come back when the socket has taken all: by itself only a channel that was full tells. */
    private void awaitDrain() {
        draining = true;
        // Later: the channel counts what has been taken after it has told.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> later(this::drained));
    }

    private void drained() {
        draining = false;
        advance();
    }

    /** Counts what this client takes now. */
    private void settle() {
        if (channel.isOpen()) {
            figures.count(input, commandBytes, replies);
            account.set(input.memoryBytes() + commandBytes + session.queuedBytes(), output.memoryBytes());
        }
    }

    /** Whether more can be run at once. If not, and there is more, it is seen to here that somebody comes back to it. */
    private boolean goesOn() {
        if (closing || working || awaitsRoom() || (held == null && input.isEmpty())) {
            return false;
        }
        if (!output.hasRoom()) {
            output.watch();
            return false;
        }
        if (input.isStarved() || memory.isOver()) {
            awaitMemory();
            return false;
        }
        return true;
    }

    /** Whether a command is held and somebody will tell when the log has room, or a pause is over. */
    private boolean awaitsRoom() {
        return held != null && (roomWaiters.awaits(onRoom) || pause.isWaiting());
    }

    private void awaitMemory() {
        if (!awaitsMemory) {
            awaitsMemory = true;
            memory.await(account, input.isStarved() ? input.refusedBytes() : 0, onMemory);
        }
    }

    /** Any thread. */
    private void onMemory() {
        later(this::memoryFreed);
    }

    private void memoryFreed() {
        awaitsMemory = false;
        advance();
    }

    private boolean mayRun() {
        return !working && !closing && output.hasRoom() && !memory.isOver();
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
        if (command != null) {
            held = null;
            commandBytes = 0;
            return command;
        }
        if (entered && !input.hasCommands()) {
            decodeMore();
        }
        return input.next();
    }

    /** Decodes what is run next and fetches it. */
    private void decodeMore() {
        input.decodeAhead(commandsAhead(), limits.waitingBytes(), onDecoded);
        turn.prefetcher().prefetch();
    }

    /**
     * Whether a command has to wait because clients are paused, because it writes and the log has no room, or because it
     * needs to know how many keys there are. What this client has sent is left where it is meanwhile, and others go on.
     */
    private boolean mustWait(List<byte[]> command) {
        if (pause.holds(command) || awaitsRoom(command) || awaitsCount(command)) {
            held = command;
            commandBytes = RespDecoder.bytesOf(command);
            return true;
        }
        return false;
    }

    private boolean awaitsRoom(List<byte[]> command) {
        return engine.isBackedUp() && session.writes(command) && roomWaiters.await(onRoom);
    }

    private boolean awaitsCount(List<byte[]> command) {
        return engine.isCounting() && session.countsKeys(command) && roomWaiters.awaitCount(onRoom);
    }

    private void run(List<byte[]> command, boolean entered) {
        try {
            byte[] reply = Session.ON_WORKER;
            if (entered && !session.needsWorker(command)) {
                reply = execute(command);
            }
            if (reply == Session.ON_WORKER) {
                runOnWorker(command);
            } else if (reply == Session.WAITING) {
                beginCommand(command);
                // Of each key that it waits for, the engine remembers who does.
                commandBytes += (long) WAITED_KEY_BYTES * command.size();
                suspend();
            } else {
                addReply(reply);
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private byte @Nullable [] execute(List<byte[]> command) {
        // What others have sent by now comes before the reply, and not after a reply that tells of what came later.
        takePushes();
        executing = true;
        try {
            return session.execute(command);
        } finally {
            executing = false;
        }
    }

    private void addReply(byte @Nullable [] reply) {
        if (reply != null && channel.isOpen()) {
            replies.add(reply);
            String broken = output.brokenLimit();
            if (broken != null) {
                giveUp(broken);
            }
        }
    }

    /** The client takes more than it may. */
    private void giveUp(String why) {
        if (channel.isOpen() && !lingering) {
            LOG.warn("client {} is disconnected: {}", channel.remoteAddress(), why);
        }
        abort();
    }

    private void evict() {
        if (channel.isOpen()) {
            giveUp("it takes " + account.totalBytes() + " bytes, no other client takes more, and all together take"
                    + " more than maxmemory-clients admits, " + memory.limit() + " bytes");
        }
    }

    /** A reply is missing now, so that no other may follow. */
    private void fail(Throwable cause) {
        LOG.error("client {} is disconnected after an internal error", channel.remoteAddress(), cause);
        abort();
    }

    /** A command is under way elsewhere: no other of this client runs before {@link #endCommand}. */
    private void beginCommand(List<byte[]> command) {
        working = true;
        commandBytes = RespDecoder.bytesOf(command);
    }

    /** Its reply is there, if it has one, or it could not be begun. {@link #advance} must follow. */
    private void endCommand(byte @Nullable [] reply) {
        working = false;
        commandBytes = 0;
        takePushes();
        addReply(reply);
    }

    private void runOnWorker(List<byte[]> command) {
        beginCommand(command);
        try {
            server.workers().execute(() -> work(command));
        } catch (OutOfMemoryError e) {
            LOG.error(
                    "no thread for a command that may wait; raise the limits on processes and memory: {}",
                    e.toString());
            endCommand("-ERR the server cannot start another thread\r\n".getBytes(StandardCharsets.US_ASCII));
        } catch (RejectedExecutionException e) {
            // The server is shutting down.
            endCommand(null);
            closing = true;
        }
    }

    /** On a worker. */
    private void work(List<byte[]> command) {
        try {
            byte[] reply = session.executeOnWorker(command);
            later(() -> worked(reply));
        } catch (RuntimeException | Error e) {
            later(() -> {
                countReply();
                endCommand(null);
                fail(e);
            });
        }
    }

    /** What a worker has replied is here, to be counted as what waits. */
    private void countReply() {
        account.onItsWay(-workerReplyBytes.getAndSet(0));
    }

    private void worked(byte @Nullable [] reply) {
        countReply();
        if (reply == Session.WAITING) {
            suspend();
            if (closing) {
                advance();
            }
            return;
        }
        endCommand(reply);
        advance();
    }

    /** A command waits; if its client has gone in the meantime, not for long. */
    private void suspend() {
        suspension.begin();
        if (ended) {
            giveUpWaiting();
        }
    }

    /** As in Redis: nobody is left to be answered, nor for what was sent after the command that waits. */
    private void giveUpWaiting() {
        if (suspension.stop() || pause.giveUp()) {
            working = false;
            held = null;
            closing = true;
            input.discard();
        }
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
        boolean wanted = lingering || (!closing && input.waitingBytes() < limits.waitingBytes());
        if (wanted != reading) {
            reading = wanted;
            try {
                channel.config().setAutoRead(wanted);
            } catch (UncheckedIOException e) {
                // The socket is gone, and the channel has not been told yet.
                LOG.debug("client {} lost: {}", channel.remoteAddress(), e.toString());
                abort();
            }
        }
    }

    /**
     * Whether somebody will call {@link #advance} when there is something to do: whoever runs the command that is under
     * way, has the log or the memory that is waited for, makes replies durable, watches the client or tells what the
     * socket has taken; or else all that has come is answered, and more is being read.
     */
    private boolean isServed() {
        if (working || lingering || awaitsRoom()) {
            return true;
        }
        if (!closing && (held != null || !input.isEmpty())) {
            return awaitsMemory || output.isWatching();
        }
        if (!replies.isEmpty()) {
            return sender.isAwaitingCommit() || draining;
        }
        return !closing && (reading || ended);
    }

    private void requireServed() {
        if (channel.isOpen() && !isServed()) {
            // A fault of this class. A client that is disconnected knows where it is; one that nobody serves does not.
            fail(new IllegalStateException("nobody would serve this connection any more"));
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
        later(() -> {
            ended = true;
            closing = true;
            if (suspension.stop()) {
                endCommand(null);
            }
            advance();
        });
    }

    /** Any thread. */
    @Override
    public void disconnect() {
        later(this::abort);
    }

    // From the engine, on any thread

    private boolean isOwnCommand() {
        return loop.inEventLoop() && executing;
    }

    @Override
    public boolean admits(int length) {
        return messages.admits(length);
    }

    @Override
    public boolean hasMemory() {
        return !channel.isOpen() || !memory.isOver();
    }

    @Override
    public void replying(int length) {
        workerReplyBytes.addAndGet(length);
        account.onItsWay(length);
    }

    @Override
    public void dropped(int length) {
        messages.settled(length);
    }

    @Override
    public ClientFigures figures() {
        return figures.now();
    }

    @Override
    public void exempt(boolean isExempt) {
        account.exempt(isExempt);
    }

    @Override
    public void push(byte[] message) {
        if (isOwnCommand()) {
            takePushes();
            addPush(message);
        } else {
            pushes.add(message);
            scheduleAdvance();
        }
    }

    @Override
    public void resume(byte @Nullable [] reply) {
        later(() -> {
            suspension.end();
            worked(reply);
        });
    }

    @Override
    public void awaitRoom() {
        later(() -> {
            if (!channel.isOpen() || !roomWaiters.await(onRoomForWaiters)) {
                serveWaiters();
            }
        });
    }

    private void serveWaiters() {
        if (!session.waiting().onRoom()) {
            loop.schedule(this::serveWaiters, SCRIPT_POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Never at once: this may be in the middle of another client's command. */
    private void scheduleAdvance() {
        if (advanceScheduled.compareAndSet(false, true)) {
            later(() -> {
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
        messages.settled(message.length);
        figures.active(System.nanoTime());
        if (!channel.isOpen() || lingering) {
            return;
        }
        replies.addPush(message);
        String broken = output.brokenLimit();
        if (broken != null) {
            giveUp(broken);
        }
    }

    @Override
    public void close() {
        ended = true;
        if (isOwnCommand()) {
            takePushes();
            closing = true;
        } else {
            later(() -> {
                takePushes();
                closing = true;
                advance();
            });
        }
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

    private void later(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The server has shut down, and the channel is closed.
            LOG.debug("client {} has been disconnected before", channel.remoteAddress());
        }
    }
}
