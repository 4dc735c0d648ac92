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
 * The connection of a replica to its master: redis-replicator's, with three differences. Every command comes through,
 * those included that the library does not know and would pass over. What goes wrong with one ends the replication. And
 * the data set comes as a file of known length, not as a stream of unknown one ({@code capa eof} is not said), so that
 * it can be read through a buffer and one can tell how long it will take.
 *
 * <p>Threads: {@link #open} runs everything; {@link #end} any.
 */
final class ReplicaLink extends RedisSocketReplicator {
    /** All commands but these go under one name, for which there is a parser. */
    private static final byte[] ANY_COMMAND = "ANY".getBytes(StandardCharsets.US_ASCII);

    /** Those that the library needs to see. */
    private static final List<String> SEEN_BY_LIBRARY = List.of("SELECT", "REPLCONF");

    /** Takes what the master sends, on one thread. */
    interface Receiver {

        /** A connection is about to be made; the first one has number 0. */
        void connecting(int number);

        /** The master is going to send its data set; it may take a while to make it. */
        void dataSetComing();

        /** The data set as a whole, which takes the place of whatever there was, in the format of RDB files. */
        void dataSet(BoundedInput file, long length) throws IOException;

        /** The commands begin, after a data set or where they broke off. */
        void commandsBegin();

        /**
         * One command of the stream.
         *
         * @param offset of the stream behind it
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
            // The link, not the file, may be what broke.
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

    /** The library would log what goes wrong here, and go on. */
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
            // The library would wait for the thread that reads from the socket.
            end();
            throw e;
        }
    }

    /** Offset of the stream up to which it has been taken. */
    long offset() {
        return configuration.getReplOffset();
    }

    /** Bytes read from the connection so far: another number as long as something comes. About right on other threads. */
    long receivedBytes() {
        RedisInputStream input = inputStream;
        return input == null ? 0 : input.total();
    }

    /** Has {@link #open} return soon, though the master may be silent. */
    void end() {
        try {
            close();
            Socket open = socket;
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // It is gone then, which is all that was wanted.
            logger.debug("the link could not be closed", e);
        }
    }

    /** Puts another name before the command's. */
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
