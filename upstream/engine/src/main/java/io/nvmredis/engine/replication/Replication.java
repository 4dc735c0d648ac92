package io.nvmredis.engine.replication;

import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.engine.keyspace.TransactionListener;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.support.RespBuffer;
import io.nvmredis.spi.support.TransactionEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This server as the master of Redis's replication: a Redis that is told {@code REPLICAOF} gets a copy of the data set
 * and then the effects of each transaction, spelt as commands.
 *
 * <p>A replica is sent nothing that is not durable here: its connection sends the stream as it sends replies, each part
 * when the transactions in it are durable. So a replica never shows a write that a crash of this server takes back.
 *
 * <p>The history of the data has a name, and a position in it is a number of bytes of the stream. A replica that comes
 * back with the name and a position that the backlog still has is sent what it has missed. The name is new at each
 * start, and when there has been no replica for {@code repl-backlog-ttl} seconds.
 *
 * <p>Guarded by the engine's lock, except {@link #countAt} and {@link #close}. While there has been no replica, a transaction costs one
 * comparison.
 */
public final class Replication implements TransactionListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replication.class);
    private static final int NAME_BYTES = 20;
    /** What a replica that has no data gives for the name. */
    private static final String NO_HISTORY = "?";

    private static final byte[] PING = ascii("*1\r\n$4\r\nPING\r\n");
    private static final byte[] GETACK = ascii("*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n");

    private final DataSet dataSet;
    private final Recorder recorder;
    private final ServerContext context;
    private final ForeignSettings settings;
    private final TransactionEncoder encoder = new TransactionEncoder();
    private final RespBuffer buffer = new RespBuffer();
    private final List<Replica> replicas = new CopyOnWriteArrayList<>();
    private final List<AwaitedReplicas> awaited = new ArrayList<>();
    private final Set<CopySender> senders = ConcurrentHashMap.newKeySet();

    private String name = newName();
    /** The stream; null while there is no replica that could need it. */
    private @Nullable ReplicationLog log;
    /** Where the stream begins the next time. */
    private long startPosition;

    private long copies;
    private long continuations;
    private long refusedContinuations;
    private long pingedNanos;
    /** When there was a replica last. */
    private long servedNanos;

    private volatile boolean isClosed;

    public Replication(DataSet dataSet, Recorder recorder, ServerContext context, ForeignSettings settings) {
        this.dataSet = dataSet;
        this.recorder = recorder;
        this.context = context;
        this.settings = settings;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String newName() {
        byte[] bytes = new byte[NAME_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Returns the name of the history, which Redis calls the replication id. */
    public String name() {
        return name;
    }

    /** Returns the position behind the last byte of the stream. */
    public long position() {
        ReplicationLog open = log;
        return open == null ? startPosition : open.end();
    }

    /** Returns the position of the oldest byte that a replica may still ask for, or -1 if there is no backlog. */
    public long backlogPosition() {
        ReplicationLog open = log;
        return open == null ? -1 : open.start();
    }

    /** Returns the bytes of the stream that are kept for replicas that come back. */
    public long backlogSize() {
        return settings.number("repl-backlog-size");
    }

    /**
     * Makes a connection a replica's.
     *
     * @param history name of the history that the replica has had so far
     * @param nextPosition position of the byte of it that the replica needs next
     */
    public void serve(ReplicaConnection connection, ReplicaOptions options, String history, long nextPosition) {
        ReplicationLog open = log;
        ReplicationLog.Reader reader = open == null || !history.equals(name) ? null : open.readerAt(nextPosition);
        Replica replica = begin(connection, options);
        if (reader == null) {
            refusedContinuations += history.equals(NO_HISTORY) ? 0 : 1;
            copy(replica, options, true);
            return;
        }
        continuations++;
        LOG.info("the replica {} goes on where it was", replica.address());
        replica.follow(reader);
        replica.send(ascii(options.namesHistory() ? "+CONTINUE " + name + "\r\n" : "+CONTINUE\r\n"));
        replica.endCopy();
    }

    /** Makes a connection that of a replica that knows no histories, or of a program that only wants a copy. */
    public void serve(ReplicaConnection connection, ReplicaOptions options) {
        copy(begin(connection, options), options, false);
    }

    private Replica begin(ReplicaConnection connection, ReplicaOptions options) {
        removeClosed();
        String connected = connection.output().figures().host();
        Replica replica = new Replica(connection, options.address(connected));
        options.become(replica);
        replicas.add(replica);
        connection.output().follow(replica);
        return replica;
    }

    private void copy(Replica replica, ReplicaOptions options, boolean knowsHistories) {
        copies++;
        LOG.info("the replica {} gets a copy of the data set", replica.address());
        CopySender sender = new CopySender(this, replica, knowsHistories, options.wantsCopyAlone());
        senders.add(sender);
        sender.start();
    }

    /** Returns how many copies of the data set have been begun. */
    public long copies() {
        return copies;
    }

    /** Returns how often a replica went on where it was. */
    public long continuations() {
        return continuations;
    }

    /** Returns how often a replica could not go on where it was. */
    public long refusedContinuations() {
        return refusedContinuations;
    }

    DataSet dataSet() {
        return dataSet;
    }

    ServerContext context() {
        return context;
    }

    void ended(CopySender sender) {
        senders.remove(sender);
    }

    boolean isClosed() {
        return isClosed;
    }

    /**
     * Has a replica follow the stream from here on, because its copy of the data set is cut now.
     *
     * @param lsn LSN of the last transaction in the copy
     * @return the line that tells the replica of what history it has a copy, and at what position
     */
    String cut(Replica replica, long lsn) {
        ReplicationLog open = log;
        if (open == null) {
            open = new ReplicationLog(startPosition);
            log = open;
            pingedNanos = System.nanoTime();
            recorder.tell(this);
        }
        // The replica does not know in which database the stream is: the next transaction selects one.
        encoder.streamChanges();
        long position = open.end();
        replica.connection().reveal(lsn);
        replica.follow(open.readerAt(position));
        return "+FULLRESYNC " + name + " " + position;
    }

    @Override
    public void appended(Transaction transaction, long lsn) {
        encoder.append(buffer, transaction);
        for (Replica replica : replicas) {
            if (replica.isFollowing()) {
                replica.connection().reveal(lsn);
            }
        }
        publish();
    }

    /** Appends what is in the buffer to the stream. The replicas may be sent it from then on. */
    private void publish() {
        ReplicationLog open = log;
        if (open != null) {
            open.append(buffer.bytes(), buffer.start(), buffer.length(), backlogSize());
            for (Replica replica : replicas) {
                tell(replica, open);
            }
        }
        buffer.clear();
    }

    private static void tell(Replica replica, ReplicationLog open) {
        if (!replica.isFollowing()) {
            return;
        }
        long waiting = replica.waitingBytes(open);
        if (replica.connection().output().mayLag(waiting)) {
            replica.connection().output().fed();
        } else {
            LOG.warn(
                    "the replica {} is disconnected: it does not keep up, and {} bytes wait for it, more than"
                            + " client-output-buffer-limit admits",
                    replica.address(),
                    waiting);
            end(replica);
        }
    }

    private static void end(Replica replica) {
        replica.closed();
        replica.connection().kill();
    }

    private void send(byte[] command) {
        buffer.put(command);
        publish();
    }

    private void removeClosed() {
        replicas.removeIf(Replica::isClosed);
        if (!replicas.isEmpty()) {
            servedNanos = System.nanoTime();
        }
    }

    /**
     * Does what is due now and then: shows the replicas that this server is alive, gives up those that are not, and
     * forgets the stream when nobody has needed it for long.
     */
    public void tick() {
        if (log == null && replicas.isEmpty()) {
            return;
        }
        removeClosed();
        long now = System.nanoTime();
        long patience = TimeUnit.SECONDS.toNanos(settings.number("repl-timeout"));
        for (Replica replica : replicas) {
            if (replica.isOnline() && now - replica.heardNanos() > patience) {
                LOG.warn("the replica {} is disconnected: it has said nothing for too long", replica.address());
                end(replica);
            }
        }
        if (replicas.isEmpty()) {
            forgetLater(now);
        } else if (now - pingedNanos > TimeUnit.SECONDS.toNanos(settings.number("repl-ping-replica-period"))) {
            pingedNanos = now;
            send(PING);
        }
    }

    private void forgetLater(long now) {
        long seconds = settings.number("repl-backlog-ttl");
        if (seconds > 0 && now - servedNanos > TimeUnit.SECONDS.toNanos(seconds)) {
            beginAnew();
        }
    }

    /** Ends all replicas: the data have become others, and not by transactions. They come back for a copy. */
    public void beginAnew() {
        replicas.forEach(Replication::end);
        replicas.clear();
        startPosition = position();
        log = null;
        recorder.tell(null);
        name = newName();
    }

    /** Returns the replicas that have their copy or get it. */
    public List<ReplicaState> states() {
        removeClosed();
        long now = System.nanoTime();
        List<ReplicaState> states = new ArrayList<>();
        for (Replica replica : replicas) {
            states.add(new ReplicaState(
                    replica.address(),
                    replica.isOnline(),
                    replica.acknowledged(),
                    TimeUnit.NANOSECONDS.toSeconds(now - replica.heardNanos())));
        }
        return states;
    }

    /** Takes a replica's word that it has all of the stream before this position. */
    public void acknowledge(ReplicaOptions options, long position) {
        Replica replica = options.replica();
        if (replica == null) {
            return;
        }
        replica.acknowledge(position);
        for (Iterator<AwaitedReplicas> waits = awaited.iterator(); waits.hasNext(); ) {
            if (waits.next().look(this::countAt)) {
                waits.remove();
            }
        }
    }

    /** Returns how many replicas have said that they have all of the stream before this position. Any thread. */
    public int countAt(long position) {
        int count = 0;
        for (Replica replica : replicas) {
            if (replica.isOnline() && !replica.isClosed() && replica.acknowledged() >= position) {
                count++;
            }
        }
        return count;
    }

    /** Asks the replicas how far they are, and has somebody told who waits for that. */
    public void await(AwaitedReplicas waiter) {
        awaited.removeIf(AwaitedReplicas::isOver);
        awaited.add(waiter);
        if (log != null) {
            send(GETACK);
        }
    }

    /** Ends the copies under way and waits for their ends. No command may run any more. */
    @Override
    public void close() {
        isClosed = true;
        Collection<CopySender> running = List.copyOf(senders);
        running.forEach(CopySender::end);
    }
}
