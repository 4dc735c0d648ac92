package io.nvmredis.engine.replication;

import io.nvmredis.engine.catalog.ForeignSettings;
import io.nvmredis.engine.context.ServerContext;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.engine.keyspace.TransactionListener;
import io.nvmredis.spi.DataSet;
import io.nvmredis.spi.effects.RespBuffer;
import io.nvmredis.spi.effects.Transaction;
import io.nvmredis.spi.effects.TransactionEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
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
    /** Part of the heap that the backlog may take. */
    private static final int HEAP_SHARE = 16;
    /** Number of replicas that are sent copies at a time; others wait. */
    private static final int COPIES_AT_A_TIME = 4;

    /** What a replica that has no data gives for the name. */
    private static final String NO_HISTORY = "?";

    /** Time after which {@link #tick} cannot tell a silent replica from one that was not listened to. */
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(5);

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
    private final Semaphore copying = new Semaphore(COPIES_AT_A_TIME, true);
    private final Semaphore writing = new Semaphore(1, true);
    private final Set<CopySender> senders = ConcurrentHashMap.newKeySet();

    private String name = newName();
    /** The stream; null while there is no replica that could need it. */
    private @Nullable ReplicationLog log;
    /** Where the stream begins the next time. */
    private long startPosition;

    private long copies;
    private long continuations;
    private long refusedContinuations;
    /** LSN of the transaction that was appended last, and the position behind it. */
    private long appendedLsn;

    private long appendedPosition;

    private long tickedNanos;
    private long pingedNanos;
    /** When there was a replica last. */
    private long servedNanos;

    private volatile long patienceNanos = TimeUnit.MINUTES.toNanos(1);
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

    /**
     * Returns the bytes of the stream that are kept for replicas that come back: what {@code repl-backlog-size} says,
     * and not more than a part of the heap.
     */
    public long backlogSize() {
        return Math.min(
                settings.number("repl-backlog-size"), Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    }

    /** Returns the bytes of the stream that replicas have not been sent, of all replicas together. */
    public long unsentBytes() {
        ReplicationLog open = log;
        return open == null
                ? 0
                : replicas.stream()
                        .mapToLong(replica -> replica.waitingBytes(open))
                        .sum();
    }

    /** Returns the position behind the last transaction in the stream. */
    public long appendedPosition() {
        return appendedPosition;
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
        Replica replica = begin(connection, options, true);
        if (reader == null) {
            refusedContinuations += history.equals(NO_HISTORY) ? 0 : 1;
            copy(replica, options);
            return;
        }
        continuations++;
        LOG.info("the replica {} goes on where it was", replica.address());
        connection.reveal(appendedLsn);
        replica.follow(reader);
        replica.send(ascii(options.namesHistory() ? "+CONTINUE " + name + "\r\n" : "+CONTINUE\r\n"), patienceNanos);
        replica.endCopy();
    }

    /** Makes a connection that of a replica that knows no histories, or of a program that only wants a copy. */
    public void serve(ReplicaConnection connection, ReplicaOptions options) {
        copy(begin(connection, options, false), options);
    }

    private Replica begin(ReplicaConnection connection, ReplicaOptions options, boolean knowsHistories) {
        removeClosed();
        String connected = connection.output().figures().host();
        Replica replica = new Replica(connection, options.address(connected), knowsHistories);
        options.become(replica);
        replicas.add(replica);
        servedNanos = System.nanoTime();
        connection.output().follow(replica);
        return replica;
    }

    private void copy(Replica replica, ReplicaOptions options) {
        copies++;
        LOG.info("the replica {} gets a copy of the data set", replica.address());
        CopySender sender = new CopySender(this, replica, options.wantsCopyAlone());
        senders.add(sender);
        try {
            sender.start();
        } catch (OutOfMemoryError e) {
            LOG.error("no thread that could copy the data set for the replica {}: {}", replica.address(), e.toString());
            senders.remove(sender);
            end(replica);
        }
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

    /** Returns the permits to copy: few copies are made and sent at a time, because each takes room on the disk. */
    Semaphore copying() {
        return copying;
    }

    /** Returns the permit to have a snapshot: one at a time, because each makes writes slower. */
    Semaphore writing() {
        return writing;
    }

    /** Returns the time after which a replica that takes nothing is given up. */
    long patienceNanos() {
        return patienceNanos;
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
     * @param isCopyAll whether the replica wants no more than the copy
     * @return the line that tells the replica of what history it has a copy, and at what position
     */
    String cut(Replica replica, long lsn, boolean isCopyAll) {
        if (replica.isClosed()) {
            throw new CancellationException("it is gone");
        }
        replica.connection().reveal(lsn);
        return "+FULLRESYNC " + name + " " + (isCopyAll ? position() : follow(replica));
    }

    private long follow(Replica replica) {
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
        replica.follow(open.readerAt(position));
        return position;
    }

    /** Takes a transaction, which is kept already: no failure here may hold that up. The replicas come back then. */
    @Override
    public void appended(Transaction transaction, long lsn) {
        appendedLsn = lsn;
        try {
            encoder.append(buffer, transaction);
            for (Replica replica : replicas) {
                if (replica.isFollowing()) {
                    replica.connection().reveal(lsn);
                }
            }
            publish();
            appendedPosition = position();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private void failed(Throwable cause) {
        LOG.error("what replicas are sent is in disorder: they need new copies", cause);
        beginAnew();
    }

    /** Appends what is in the buffer to the stream. The replicas may be sent it from then on. */
    private void publish() {
        ReplicationLog open = log;
        if (open != null) {
            open.append(buffer.bytes(), buffer.start(), buffer.length(), backlogSize());
            for (Replica replica : replicas) {
                if (replica.isFollowing()) {
                    tell(replica, replica.waitingBytes(open));
                }
            }
        }
        buffer.clear();
    }

    /** Has a replica sent what waits for it, or ends it if that is more than it may be, and than is kept anyway. */
    private void tell(Replica replica, long waiting) {
        if (waiting <= backlogSize() || replica.connection().output().mayLag(waiting)) {
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
        try {
            buffer.put(command);
            publish();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
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
        boolean wasLate = now - tickedNanos > LATE_NANOS;
        tickedNanos = now;
        long patience = TimeUnit.SECONDS.toNanos(settings.number("repl-timeout"));
        patienceNanos = patience;
        for (Replica replica : replicas) {
            if (wasLate) {
                // What the replicas have said meanwhile may wait to be read.
                replica.heard();
            } else if (replica.isSilent(now, patience)) {
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
        recorder.tell(null);
        startPosition = position();
        log = null;
        buffer.clear();
        name = newName();
        replicas.forEach(Replication::end);
        replicas.clear();
    }

    /** Returns the replicas that have their copy or get it. */
    public List<ReplicaState> states() {
        removeClosed();
        long now = System.nanoTime();
        List<ReplicaState> states = new ArrayList<>();
        for (Replica replica : replicas) {
            states.add(new ReplicaState(
                    replica.address(),
                    replica.phase(),
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
        if (log != null) {
            send(GETACK);
        }
        awaited.add(waiter);
    }

    /** Ends the copies under way and waits for their ends. No command may run any more. */
    @Override
    public void close() {
        isClosed = true;
        Collection<CopySender> running = List.copyOf(senders);
        running.forEach(CopySender::end);
    }
}
