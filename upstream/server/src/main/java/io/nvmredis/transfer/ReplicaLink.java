package io.nvmredis.transfer;

import com.moilioncircle.redis.replicator.AbstractReplicator;
import com.moilioncircle.redis.replicator.Configuration;
import com.moilioncircle.redis.replicator.RedisSocketReplicator;
import com.moilioncircle.redis.replicator.cmd.BulkReplyHandler;
import com.moilioncircle.redis.replicator.cmd.CommandName;
import com.moilioncircle.redis.replicator.cmd.CommandParser;
import com.moilioncircle.redis.replicator.cmd.OffsetHandler;
import com.moilioncircle.redis.replicator.cmd.RedisCodec;
import com.moilioncircle.redis.replicator.cmd.ReplyParser;
import com.moilioncircle.redis.replicator.cmd.impl.DefaultCommand;
import com.moilioncircle.redis.replicator.cmd.parser.DefaultCommandParser;
import com.moilioncircle.redis.replicator.event.Event;
import com.moilioncircle.redis.replicator.io.RedisInputStream;
import com.moilioncircle.redis.replicator.util.type.Tuple2;
import io.nvmredis.spi.errors.PersistenceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Connection of a replica to its master: redis-replicator's, with three differences. Every command comes through, also
 * commands that the library does not know and would pass over. A failure of a command ends the replication. And the
 * data set comes as a file of known length, not as a stream of unknown length ({@code capa eof} is not sent), so that
 * it can be read through a buffer and the time that it will take can be told.
 *
 * <p>Threads: {@link #open} runs everything on the caller's thread; {@link #end} may be called on any thread.
 */
final class ReplicaLink extends RedisSocketReplicator {
    /** Name under which a parser gets all commands but {@link #SEEN_BY_LIBRARY}. */
    private static final byte[] ANY_COMMAND = "ANY".getBytes(StandardCharsets.US_ASCII);

    /** Names of the commands that the library needs to see. */
    private static final List<String> SEEN_BY_LIBRARY = List.of("SELECT", "REPLCONF");

    /** Receiver of what the master sends, on one thread. */
    interface Receiver {

        /** Tells that a connection is about to be made; the first connection has number 0. */
        void connecting(int number);

        /** Tells that the master is going to send its data set, which may take it a while to make. */
        void dataSetComing();

        /** Takes the whole data set, in the format of RDB files; it replaces all data that came before. */
        void dataSet(BoundedInput file, long length) throws IOException;

        /** Tells that the commands begin, after a data set or where the stream broke off. */
        void commandsBegin();

        /**
         * Takes one command of the stream.
         *
         * @param offset offset of the stream behind the command
         */
        void command(List<byte[]> words, long offset);
    }

    private final Receiver receiver;
    private int connectionCount;

    ReplicaLink(String host, int port, Configuration configuration, Receiver receiver) {
        super(host, port, configuration);
        this.receiver = receiver;
    }

    @Override
    public void builtInCommandParserRegister() {
        CommandParser<DefaultCommand> parser = new DefaultCommandParser();
        addCommandParser(CommandName.name(new String(ANY_COMMAND, StandardCharsets.US_ASCII)), parser);
        SEEN_BY_LIBRARY.forEach(name -> addCommandParser(CommandName.name(name), parser));
    }

    @Override
    protected void establishConnection() throws IOException {
        receiver.connecting(connectionCount++);
        super.establishConnection();
    }

    @Override
    protected void connect() throws IOException {
        super.connect();
        replyParser = new RenamingParser(inputStream);
    }

    @Override
    protected void sendSlaveCapa(String capability) throws IOException {
        if (!capability.equals("eof")) {
            super.sendSlaveCapa(capability);
        }
    }

    @Override
    protected SyncMode trySync(String reply) throws IOException {
        SyncMode mode = super.trySync(reply);
        if (mode != SyncMode.SYNC_LATER) {
            receiver.commandsBegin();
        }
        return mode;
    }

    private byte[] receive(RedisInputStream input, long length) throws IOException {
        BoundedInput file = new BoundedInput(input, length);
        try {
            receiver.dataSet(file, length);
        } catch (TransferException e) {
            end();
            throw e;
        } catch (PersistenceException | UncheckedIOException e) {
            // The cause may be a broken link and not the file.
            IOException broken = file.failure();
            if (broken == null) {
                end();
                throw e;
            }
            broken.addSuppressed(e);
            throw broken;
        }
        file.drain();
        return "OK".getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    protected void parseDump(AbstractReplicator replicator) throws IOException {
        receiver.dataSetComing();
        BulkReplyHandler handler = (length, input) -> receive(input, length);
        String reply = new String(this.<byte[]>reply(handler), StandardCharsets.UTF_8);
        if (!reply.equals("OK")) {
            throw new TransferException("the master does not send its data: " + reply);
        }
    }

    /** Takes a command. Failures end the link in {@link #take}, because the library would log them and go on. */
    @Override
    public void submitEvent(Event event, Tuple2<Long, Long> offsets) {
        if (event instanceof DefaultCommand command) {
            List<byte[]> words = new ArrayList<>(command.getArgs().length + 1);
            if (!Arrays.equals(command.getCommand(), ANY_COMMAND)) {
                words.add(command.getCommand());
            }
            words.addAll(Arrays.asList(command.getArgs()));
            take(words, offsets.getV2());
        }
    }

    private void take(List<byte[]> words, long offset) {
        try {
            receiver.command(words, offset);
        } catch (RuntimeException e) {
            // Without this the library would wait for the thread that reads from the socket.
            end();
            throw e;
        }
    }

    /** Returns the offset of the stream up to which commands have been taken. */
    long offset() {
        return configuration.getReplOffset();
    }

    /**
     * Returns the number of bytes read from the connection so far, which changes as long as bytes come. On other
     * threads it is about right.
     */
    long receivedBytes() {
        RedisInputStream input = inputStream;
        return input == null ? 0 : input.total();
    }

    /** Makes {@link #open} return soon, even if the master is silent. */
    void end() {
        try {
            close();
            Socket open = socket;
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // The link is gone then, as was wanted.
            logger.debug("the link could not be closed", e);
        }
    }

    /** Parser that puts another name before the name of a command. */
    private static final class RenamingParser extends ReplyParser {
        RenamingParser(RedisInputStream input) {
            super(input, new RedisCodec());
        }

        @Override
        public Object parse(OffsetHandler offsetHandler) throws IOException {
            Object parsed = super.parse(offsetHandler);
            return parsed instanceof Object[] command && command.length > 0 ? renamed(command) : parsed;
        }

        private static Object[] renamed(Object[] command) {
            String name = new String((byte[]) command[0], StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
            if (SEEN_BY_LIBRARY.contains(name)) {
                return command;
            }
            Object[] renamed = new Object[command.length + 1];
            renamed[0] = ANY_COMMAND;
            System.arraycopy(command, 0, renamed, 1, command.length);
            return renamed;
        }
    }
}
