package io.nvmredis.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.nvmredis.engine.Engine;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.context.ClientFigures;
import io.nvmredis.engine.context.SessionOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client: decodes its commands, runs them and sends the replies, in order and not before they are durable.
 *
 * <p>A read batch is what the socket had to give at one time. Its ordinary commands run on the event loop, one after
 * the other, in {@link LoopTurn}; their replies leave with one flush. A command that may take long runs on a worker, one
 * that waits for a key is remembered by the engine, and no other of this client is run until its reply is in ({@link
 * CommandUnderWay}). {@link #advance} does whatever can be done now, and is called whenever that may have changed.
 *
 * <p>Invariant, checked after each {@link #advance}: if there is something to be run or sent, somebody will call it again:
 * see {@link #isServed}.
 *
 * <p>Nothing grows without bound: how much may wait for a client that does not read is {@link ClientReplies}'s to decide,
 * and what a client takes is counted in {@link ClientMemory}.
 *
 * <p>Nothing of this connection runs inside a command of another: what the engine has to say to it while it runs
 * somebody else's is a task of the event loop.
 *
 * <p>Threads: its event loop, except for the methods of {@link SessionOutput}, which any thread may call.
 */
// The futures of a channel are not looked at: what fails closes the channel, and onClosed is told of that.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientConnection extends ChannelInboundHandlerAdapter implements SessionOutput, CommandUnderWay.Client {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final Engine engine;
    private final SocketChannel channel;
    private final ClientLoop loop;
    private final boolean isLocal;
    private final Session session;
    private final LoopTurn turn;
    private final ClientLimits limits;
    private final ClientMemory memory;
    private final ClientAccount account;
    private final ConnectionFigures figures;
    private final InputQueue input;
    private final CommandSource commands;
    private final PauseWait pause;
    private final HeldCommand held;
    private final MemoryWait memoryWait;
    private final CommandUnderWay underWay;
    private final RoomForWaiting roomForWaiting;
    private final MessageAdmission messages;
    private final PushedMessages pushes;
    private final ClientReplies replies;
    private final Farewell farewell;

    /** The engine or the client wants no more; seen by workers. */
    private volatile boolean ended;

    private boolean advancing;
    private boolean reading = true;
    /** A command of this client runs on the event loop now. */
    private boolean executing;
    /** No command is run any more: the channel is closed when the one on a worker is answered and all is sent. */
    private boolean closing;

    /** One that other clients see when it is complete. */
    static ClientConnection open(FrontEnd server, SocketChannel channel) {
        ClientConnection connection = new ClientConnection(server, channel);
        connection.session.open();
        return connection;
    }

    private ClientConnection(FrontEnd server, SocketChannel channel) {
        this.engine = server.engine();
        this.channel = channel;
        this.loop = new ClientLoop(channel);
        this.isLocal = PeerAddress.isLoopback(channel.remoteAddress());
        this.limits = server.limits();
        this.memory = server.memory();
        this.account = memory.open(() -> loop.later(this::evict));
        this.session = engine.newSession(this);
        this.turn = server.turns().of(channel.eventLoop());
        this.input = new InputQueue(new RespDecoder(
                server.maxBulkLength(), limits.queryBufferBytes(), session::mustAuthenticate, account::tryGrow));
        this.commands = new CommandSource(input, session, limits, turn);
        RoomWaiters roomWaiters = server.gate().roomWaiters(channel.eventLoop(), engine);
        this.pause = new PauseWait(channel.eventLoop(), engine.pause(), session, this::advance);
        this.held = new HeldCommand(engine, session, pause, roomWaiters, this::advance);
        this.memoryWait = new MemoryWait(memory, account, loop, this::advance);
        this.underWay = new CommandUnderWay(server.workers(), session, account, loop, channel.eventLoop(), this);
        this.roomForWaiting = new RoomForWaiting(channel, loop, roomWaiters, session);
        this.messages = new MessageAdmission(limits, memory, account, why -> loop.later(() -> giveUp(why)));
        this.pushes = new PushedMessages(loop, this::addPush, this::advance);
        this.replies =
                new ClientReplies(channel, loop, session, server.gate(), limits, account, this::advance, this::giveUp);
        this.farewell = new Farewell(channel, loop, this::regulateReading);
        this.figures = new ConnectionFigures(channel, account, pause);
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
            if (farewell.hasBegun()) {
                farewell.inputEnded();
            } else {
                advance();
            }
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
        held.end();
        memoryWait.end();
        roomForWaiting.end();
        underWay.end();
        input.discard();
        replies.discard();
        pushes.discard();
        account.close();
        session.close();
    }

    // Running

    /** Decodes some of what is to be run. Returns how many commands there are. */
    int decodeAhead() {
        return advancing || !channel.isOpen() || !mayRun() ? 0 : commands.decodeAhead();
    }

    /** Runs what can be run, and sends nothing yet: {@link #advance} must follow. */
    void runAhead() {
        if (!advancing && channel.isOpen()) {
            advancing = true;
            figures.active(turn.startNanos());
            try {
                runCommands();
                countMemory();
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
                pushes.takeAll();
                runCommands();
                if (!replies.send()) {
                    abort();
                }
                countMemory();
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

    /** Counts what this client takes now. */
    private void countMemory() {
        if (channel.isOpen()) {
            long bytes = underWay.bytes() + held.bytes();
            figures.count(input, bytes, replies);
            account.set(input.memoryBytes() + bytes + session.queuedBytes(), replies.memoryBytes());
        }
    }

    /** Whether more can be run at once. If not, and there is more, it is seen to here that somebody comes back to it. */
    private boolean goesOn() {
        if (closing || underWay.isThere() || held.isAwaited() || !hasCommands()) {
            return false;
        }
        if (!replies.hasRoom()) {
            replies.watch();
            return false;
        }
        if (input.isStarved() || memory.isOver()) {
            memoryWait.begin(input.isStarved() ? input.refusedBytes() : 0);
            return false;
        }
        return true;
    }

    /** Whether there is a command to be run, or what may be one. */
    private boolean hasCommands() {
        return held.isThere() || !input.isEmpty();
    }

    private boolean mayRun() {
        return !underWay.isThere() && !closing && replies.hasRoom() && !memory.isOver();
    }

    private void runCommands() {
        if (!mayRun() || !hasCommands()) {
            return;
        }
        boolean entered = engine.tryEnter();
        try {
            List<byte[]> command;
            while (mayRun() && (command = next(entered)) != null && !held.holds(command)) {
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
        List<byte[]> command = held.take();
        return command == null ? commands.next(entered) : command;
    }

    private void run(List<byte[]> command, boolean entered) {
        try {
            byte[] reply = Session.ON_WORKER;
            if (entered && !session.needsWorker(command)) {
                reply = execute(command);
            }
            if (reply == Session.ON_WORKER) {
                closing |= !underWay.work(command);
            } else if (reply == Session.WAITING) {
                underWay.await(command);
            } else {
                addReply(reply);
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private byte @Nullable [] execute(List<byte[]> command) {
        // What others have sent by now comes before the reply, and not after a reply that tells of what came later.
        pushes.takeAll();
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
        }
    }

    /** The client takes more than it may. */
    private void giveUp(String why) {
        if (channel.isOpen() && !farewell.hasBegun()) {
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
    @Override
    public void fail(Throwable cause) {
        LOG.error("client {} is disconnected after an internal error", channel.remoteAddress(), cause);
        abort();
    }

    @Override
    public void replied(byte @Nullable [] reply) {
        pushes.takeAll();
        addReply(reply);
        advance();
    }

    /** If the client has gone in the meantime, the command does not wait for long. */
    @Override
    public void waits() {
        if (ended) {
            giveUpWaiting();
        }
        if (closing) {
            advance();
        }
    }

    /** As in Redis: nobody is left to be answered, nor for what was sent after the command that waits. */
    private void giveUpWaiting() {
        if (underWay.stop() || pause.giveUp()) {
            held.drop();
            closing = true;
            input.discard();
        }
    }

    private void refuse(ProtocolException fault) {
        byte[] reply = fault.reply();
        if (reply != null) {
            replies.addLast(reply);
        } else {
            LOG.warn("client {} is disconnected: {}", channel.remoteAddress(), fault.getMessage());
        }
        closing = true;
        input.discard();
    }

    private void regulateReading() {
        boolean wanted = farewell.hasBegun() || (!closing && input.waitingBytes() < limits.waitingBytes());
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
        if (underWay.isThere() || farewell.hasBegun() || held.isAwaited()) {
            return true;
        }
        if (!closing && hasCommands()) {
            return memoryWait.isWaiting() || replies.isWatched();
        }
        if (!replies.isEmpty()) {
            return replies.isAwaited();
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
        boolean over = closing || (ended && !hasCommands());
        if (over && !farewell.hasBegun() && !underWay.isThere() && replies.isEmpty() && channel.isOpen()) {
            closing = true;
            farewell.begin();
        }
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
        loop.later(() -> {
            ended = true;
            closing = true;
            underWay.stop();
            advance();
        });
    }

    /** Any thread. */
    @Override
    public void disconnect() {
        loop.later(this::abort);
    }

    // From the engine, on any thread

    private boolean isOwnCommand() {
        return loop.isCurrent() && executing;
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
        underWay.replying(length);
    }

    @Override
    public void dropped(int length) {
        messages.release(length);
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
            pushes.takeAll();
            addPush(message);
        } else {
            pushes.add(message);
        }
    }

    @Override
    public void resume(byte @Nullable [] reply) {
        underWay.resume(reply);
    }

    @Override
    public void awaitRoom() {
        roomForWaiting.await();
    }

    private void addPush(byte[] message) {
        messages.release(message.length);
        figures.active(System.nanoTime());
        if (channel.isOpen() && !farewell.hasBegun()) {
            replies.addPush(message);
        }
    }

    @Override
    public void close() {
        ended = true;
        if (isOwnCommand()) {
            pushes.takeAll();
            closing = true;
        } else {
            loop.later(() -> {
                pushes.takeAll();
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
}
