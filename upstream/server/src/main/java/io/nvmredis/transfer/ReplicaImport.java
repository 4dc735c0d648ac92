package io.nvmredis.transfer;

import com.moilioncircle.redis.replicator.Configuration;
import io.nvmredis.certificates.TlsException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Follows a running Redis as its replica: takes its data set and then the commands of its clients, until told to stop
 * or until caught up. Then everything that the master has done by that moment is here: the master is asked how far its
 * stream goes, and the stream is followed up to there.
 *
 * <p>If the link breaks, the stream goes on where it broke off. If the master cannot do that any more, it sends its
 * data set anew, which replaces the data that came before.
 *
 * <p>Threads: one thread runs the import, and a watcher looks how far it has come; {@link #stop} may be called on any
 * thread.
 */
final class ReplicaImport implements ReplicaLink.Receiver {
    private static final int CONNECTION_ATTEMPTS = 30;
    private static final int RETRY_MILLIS = 1_000;
    private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Time without a byte from the master after which an import that was told to stop gives up the rest. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final int OFFSET_ATTEMPTS = 3;

    private final MasterAddress address;
    private final Master master;
    private final ReplicaLink link;
    private final boolean untilCaughtUp;
    private final Filling filling;
    private final RdbImport rdb;
    private final CommandStream commands;
    private final Tally tally;
    private final Progress progress;
    private final Thread watcher = new Thread(this::watch, "nvm-redis-import-watcher");

    private volatile boolean isStopped;
    private volatile boolean isOver;
    /**
     * Reason why some of what the master had done when the import was told to stop is missing; null while none is
     * known.
     */
    private volatile @Nullable String shortfall;
    /** Whether the data set has come and commands follow. */
    private volatile boolean isFollowing;

    /** Number of data sets that have begun to come. */
    private final AtomicInteger dataSetCount = new AtomicInteger();

    private long beginOffset;

    ReplicaImport(
            MasterAddress address,
            MasterTls tls,
            boolean untilCaughtUp,
            Filling filling,
            RdbImport rdb,
            CommandStream commands,
            Tally tally,
            Progress progress) {
        this.address = address;
        this.untilCaughtUp = untilCaughtUp;
        this.filling = filling;
        this.rdb = rdb;
        this.commands = commands;
        this.tally = tally;
        this.progress = progress;
        SSLSocketFactory sockets = address.isTls() ? sockets(tls) : null;
        master = new Master(address, sockets, tls);
        link = new ReplicaLink(address.host(), address.port(), configuration(address, sockets, tls), this);
    }

    private static SSLSocketFactory sockets(MasterTls tls) {
        try {
            return tls.sockets();
        } catch (TlsException e) {
            throw new TransferException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Configuration configuration(
            MasterAddress address, @Nullable SSLSocketFactory sockets, MasterTls tls) {
        Configuration configuration = Configuration.defaultSetting()
                .setUseDefaultExceptionListener(false)
                .setRetries(CONNECTION_ATTEMPTS)
                .setRetryTimeInterval(RETRY_MILLIS);
        if (sockets != null) {
            configuration.setSsl(true).setSslSocketFactory(sockets).setSslParameters(tls.parameters());
        }
        return address.password() == null
                ? configuration
                : configuration.setAuthUser(address.user()).setAuthPassword(address.password());
    }

    /**
     * Runs the import. Returns when all data are here after it was told to stop, or has caught up if that is wanted.
     *
     * @throws TransferException if data are missing, or may be
     */
    void run() {
        progress.say("importing from " + address + ", Redis " + master.version());
        watcher.setDaemon(true);
        watcher.start();
        try {
            link.open();
        } catch (IOException e) {
            throw new TransferException(
                    "the link to " + address + " is broken and could not be made again: " + e.getMessage(), e);
        } catch (AssertionError e) {
            // The library throws this if the master does not let it in or sends no valid reply.
            throw new TransferException(address + " does not take a replica: " + e.getMessage(), e);
        } finally {
            isOver = true;
        }
        if (!isFollowing) {
            throw new TransferException("stopped before the data set had come as a whole");
        }
        tally.bytes(link.offset() - beginOffset);
        String missing = shortfall;
        if (missing != null) {
            throw new TransferException(missing);
        }
    }

    void stop() {
        isStopped = true;
        LockSupport.unpark(watcher);
    }

    @Override
    public void connecting(int number) {
        if (number > 0) {
            progress.say("the link is broken; connecting again");
        }
    }

    @Override
    public void dataSetComing() {
        isFollowing = false;
        dataSetCount.incrementAndGet();
    }

    @Override
    public void dataSet(BoundedInput file, long length) throws IOException {
        if (dataSetCount.get() > 1) {
            progress.say("the master does not have any more what was missed and sends all its data; beginning anew");
            filling.clear();
            tally.reset();
        }
        commands.reset();
        progress.begin("receiving", length, Progress.UNKNOWN);
        rdb.run(file, "the data set that " + address + " sends", length, 0);
        progress.end();
        tally.bytes(length);
    }

    @Override
    public void commandsBegin() {
        if (!isFollowing) {
            filling.prepareForCommands();
            beginOffset = link.offset();
            isFollowing = true;
            progress.say(
                    "the data set is here: " + tally.keyCount() + " keys; following what is written to " + address);
            LockSupport.unpark(watcher);
        }
    }

    @Override
    public void command(List<byte[]> words, long offset) {
        commands.take(words);
    }

    /** Ends the link when it is time, on a thread of its own. */
    private void watch() {
        long toldNanos = System.nanoTime();
        while (!isOver && !isStopped && !(untilCaughtUp && isFollowing)) {
            LockSupport.parkNanos(WATCH_NANOS);
            if (isFollowing && System.nanoTime() - toldNanos > TELL_NANOS) {
                toldNanos = System.nanoTime();
                tellDistance();
            }
        }
        if (isFollowing && !isOver) {
            drain();
        }
        link.end();
    }

    private void tellDistance() {
        OptionalLong end = master.offset();
        if (end.isPresent()) {
            progress.say(String.format(
                    Locale.ROOT, "following, %d bytes behind", Math.max(0, end.getAsLong() - link.offset())));
        }
    }

    /**
     * Waits until all that the master has done by now is here, as long as bytes keep coming. A data set that begins
     * meanwhile has another stream behind it, so the end of the stream is asked for anew when that data set is here.
     */
    private void drain() {
        int followed;
        do {
            followed = dataSetCount.get();
            OptionalLong end = end();
            if (end.isEmpty()) {
                shortfall = address + " does not say how far its stream goes (master_repl_offset of INFO replication):"
                        + " what was written there last may not be here";
                return;
            }
            drain(followed, end.getAsLong());
            while (!isOver && !isFollowing) {
                LockSupport.parkNanos(WATCH_NANOS);
            }
        } while (!isOver && shortfall == null && followed != dataSetCount.get());
    }

    /** Waits for the end of the stream behind one data set, or for the beginning of another data set. */
    private void drain(int followed, long end) {
        long received = link.receivedBytes();
        long receivedNanos = System.nanoTime();
        while (!isOver && link.offset() < end && followed == dataSetCount.get()) {
            LockSupport.parkNanos(WATCH_NANOS);
            long now = link.receivedBytes();
            if (now != received) {
                received = now;
                receivedNanos = System.nanoTime();
            } else if (isStopped && System.nanoTime() - receivedNanos > SILENCE_NANOS) {
                shortfall = String.format(
                        Locale.ROOT,
                        "the last %d bytes of what was written to %s have not come: nothing has for %d s",
                        end - link.offset(),
                        address,
                        TimeUnit.NANOSECONDS.toSeconds(SILENCE_NANOS));
                return;
            }
        }
    }

    private OptionalLong end() {
        OptionalLong end = master.offset();
        for (int i = 1; end.isEmpty() && !isOver && i < OFFSET_ATTEMPTS; i++) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS));
            end = master.offset();
        }
        return end;
    }
}
