package io.nvmredis.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.nvmredis.engine.Engine;
import io.nvmredis.engine.Route;
import io.nvmredis.engine.Session;
import io.nvmredis.engine.catalog.Command;
import io.nvmredis.engine.context.ClientFigures;
import io.nvmredis.engine.context.Feed;
import io.nvmredis.engine.context.SessionOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connection of one client: decodes its commands, runs them and sends the replies in order, each only when it is
 * durable.
 *
 * <p>A read batch is what the socket had to give at one time. Its ordinary commands run on the event loop, one after
 * the other, in {@link LoopTurn}; their replies leave with one flush. A command that may take long runs on a worker; a
 * command that waits for a key is remembered by the engine. No other command of this client runs until the reply is
 * there ({@link CommandUnderWay}). {@link #advance} does what can be done now, and is called whenever that may have
 * changed.
 *
 * <p>Invariant, checked after each {@link #advance}: while there is something to be run or sent, another call of {@link
 * #advance} is due: see {@link #isServed}.
 *
 * <p>Nothing grows without bound: {@link ClientReplies} decides how much may wait for a client that does not read, and
 * {@link ClientMemory} counts what a client takes.
 *
 * <p>Nothing of this connection runs inside a command of another client: calls of the engine that come during such a
 * command become tasks of this event loop.
 *
 * <p>Threads: its event loop, except for the methods of {@link SessionOutput}, which any thread may call.
 */
// Futures of the channel are ignored: an operation that fails closes the channel, and onClosed runs then.
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
    private final FedBytes fed;

    /** Whether the engine or the client wants no more. Read by workers. */
    private volatile boolean ended;

    private boolean advancing;
    private boolean reading = true;
    /** Whether a command of this client runs on the event loop now. */
    private boolean executing;
    /**
     * Whether no more commands are run. The channel is closed when the command on a worker is answered and all is sent.
     */
    private boolean closing;

    /** Opens a connection, which other clients see only when it is complete. */
    static ClientConnection open(FrontEnd server, SocketChannel channel, OutputEnd end) {
        ClientConnection connection = new ClientConnection(server, channel, end);
        connection.session.open();
        return connection;
    }

    private ClientConnection(FrontEnd server, SocketChannel channel, OutputEnd end) {
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
        this.replies = new ClientReplies(channel, loop, session, server, account, this::advance, this::giveUp);
        this.fed = new FedBytes(loop, limits, this::advance);
        this.farewell = new Farewell(channel, loop, end, this::regulateReading);
        this.figures = new ConnectionFigures(channel, account, pause);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf buffer = (ByteBuf) message;
        if (closing) {
            buffer.release();
        } else {
            turn.read(buffer.capacity(), buffer.readableBytes());
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

    /** Ends input when the client sends no more; what it has sent is still answered. */
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
            // An UncheckedIOException comes when reading is resumed and the socket has gone meanwhile.
            LOG.debug("client {} lost: {}", channel.remoteAddress(), cause.toString());
        } else if (cause instanceof OutOfMemoryError) {
            giveUp("no memory for what it sends, lower maxmemory-clients or raise -XX:MaxDirectMemorySize: " + cause);
        } else {
            fail(cause);
        }
        abort();
    }

    /** Releases everything of the client when the channel is closed, by whichever side. */
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
        fed.end();
        account.close();
        session.close();
    }

    /** Decodes some of the commands to be run. Returns how many decoded commands wait. */
    int decodeAhead() {
        return advancing || !channel.isOpen() || !mayRun() ? 0 : commands.decodeAhead();
    }

    /** Runs the commands that can be run, and sends nothing yet: {@link #advance} must follow. */
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
            // A task that comes after the end finds nothing to do, and perhaps a persister that is closed.
            return;
        }
        advancing = true;
        try {
            do {
                pushes.takeAll();
                runCommands();
                engine.broadcastChanges();
                if (!replies.send()) {
                    abort();
                }
                countMemory();
            } while ((!closing && fed.take(replies)) || goesOn());
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            advancing = false;
        }
        regulateReading();
        closeIfDone();
        requireServed();
    }

    /** Counts the memory that this client takes now. */
    private void countMemory() {
        if (channel.isOpen()) {
            long bytes = underWay.bytes() + held.bytes();
            figures.count(input, bytes, replies);
            account.set(input.memoryBytes() + bytes + session.queuedBytes(), replies.memoryBytes());
        }
    }

    /**
     * Tells whether more commands can be run at once. If not and there are more, arranges that {@link #advance} is
     * called.
     */
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

    /** Tells whether a command waits to be run, or input that may be one. */
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
            Command command;
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

    private @Nullable Command next(boolean entered) throws ProtocolException {
        Command command = held.take();
        return command == null ? commands.next(entered) : command;
    }

    private void run(Command command, boolean entered) {
        try {
            Route route = entered ? session.route(command) : Route.WORKER;
            if (route == Route.LOOP) {
                route = execute(command);
            }
            if (route == Route.WORKER) {
                if (!underWay.work(command)) {
                    closing = true;
                }
                return;
            }
            byte[] reply = session.takeReply();
            if (reply == Session.WAITING) {
                underWay.await(command);
            } else {
                addReply(reply);
            }
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private Route execute(Command command) {
        // Messages that others have sent by now come before the reply: none may follow a reply that tells of a later
        // change.
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
            if (fed.isOn()) {
                // Between the bytes of the feed a reply would be taken for a part of them.
                giveUp("it is a replica, and has sent a command that has a reply");
            } else {
                replies.add(reply);
            }
        }
    }

    /** Disconnects a client that takes more than it may. */
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

    /** Disconnects the client soon if it has done nothing for so long, and waits for nothing. Any thread. */
    void endIfIdle(long nanos) {
        if (figures.isIdleFor(nanos)) {
            loop.later(() -> {
                boolean waits = underWay.isThere() || held.isThere() || fed.isOn() || session.isSubscribed();
                if (channel.isOpen() && !farewell.hasBegun() && !waits && figures.isIdleFor(nanos)) {
                    LOG.info(
                            "client {} is disconnected: it has been idle for longer than timeout admits",
                            channel.remoteAddress());
                    abort();
                }
            });
        }
    }

    /** Disconnects the client: a reply is missing, so that no other may follow. */
    @Override
    public void fail(Throwable cause) {
        LOG.error("client {} is disconnected after an internal error", channel.remoteAddress(), cause);
        abort();
    }

    @Override
    public void replied(byte @Nullable [] reply) {
        pushes.takeUntilReply();
        addReply(reply);
        advance();
    }

    /** Ends the wait of the command at once if the client has gone meanwhile. */
    @Override
    public void waits() {
        pushes.takeUntilReply();
        if (ended) {
            giveUpWaiting();
        }
        if (closing) {
            advance();
        }
    }

    /** Ends the wait of a command without a reply and drops the input behind it, as Redis does: the client is gone. */
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
     * Tells whether {@link #advance} will be called when there is something to do. It is called when the command under
     * way ends, when the log or the memory that a command waits for has room, when the keys are counted or a pause is
     * over, when replies become durable, when {@link OutputWatch} looks at the client, and when the socket has taken
     * what it was given. Otherwise everything that has come is answered, and the client is being read or has ended; or
     * the farewell has begun, which closes the channel by itself.
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
            // This is a fault of this class. A client that is disconnected notices; a client that is never served does
            // not.
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

    /** Closes the channel and drops what has not been handed to it. */
    private void abort() {
        ended = true;
        closing = true;
        input.discard();
        replies.discard();
        channel.close();
    }

    /** Answers the command that runs and no other, then disconnects the client. Any thread. */
    void shutDown() {
        loop.later(() -> {
            ended = true;
            closing = true;
            underWay.stop();
            advance();
        });
    }

    @Override
    public void follow(Feed feed) {
        account.exempt(true);
        fed.begin(feed);
    }

    @Override
    public void fed() {
        fed.tell();
    }

    @Override
    public boolean mayLag(long waitingBytes) {
        return fed.mayLag(waitingBytes);
    }

    /** Disconnects the client soon, without its pending replies. Any thread. */
    @Override
    public void disconnect() {
        loop.later(this::abort);
    }

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
        pushes.markReply();
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
        if (channel.isOpen() && !farewell.hasBegun() && !fed.isOn()) {
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
