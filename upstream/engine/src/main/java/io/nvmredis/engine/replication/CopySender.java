package io.nvmredis.engine.replication;

import io.nvmredis.spi.Snapshot;
import io.nvmredis.spi.errors.PersistenceException;
import io.nvmredis.spi.support.PrivateFiles;
import io.nvmredis.spi.support.ThreadJoins;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Thread that copies the data set for one replica: first into a file, as fast as the disk takes it, because a snapshot
 * that waits for a slow network would make commands wait; then from the file to the replica. The file has no name any
 * more from its beginning on, so that nothing is left of it however the server ends.
 */
final class CopySender {
    private static final Logger LOG = LoggerFactory.getLogger(CopySender.class);
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int PART_BYTES = 64 << 10;
    /** A line that tells a replica which waits for its copy that the master is alive. */
    private static final byte[] PATIENCE = {'\n'};

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Replication replication;
    private final Replica replica;
    private final boolean endsAfterCopy;
    private final Thread thread;
    private long spokenNanos = System.nanoTime();

    /**
     * Makes a sender that has not begun.
     *
     * @param endsAfterCopy whether the connection ends when the copy has been sent
     */
    CopySender(Replication replication, Replica replica, boolean endsAfterCopy) {
        this.replication = replication;
        this.replica = replica;
        this.endsAfterCopy = endsAfterCopy;
        thread = new Thread(this::run, "nvm-redis-copy-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Ends the copy, and waits for that. */
    void end() {
        replica.closed();
        ThreadJoins.join(thread);
    }

    private void run() {
        boolean isDone = false;
        try {
            holding(replication.copying(), this::copy);
            if (endsAfterCopy) {
                replica.awaitTaken(replication.patienceNanos());
                replica.connection().output().close();
            } else {
                replica.endCopy();
            }
            isDone = true;
        } catch (CancellationException e) {
            LOG.info("the replica {} gets no copy: {}", replica.address(), e.getMessage());
        } catch (IOException | PersistenceException e) {
            LOG.warn("the replica {} gets no copy: {}", replica.address(), e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.error("the replica {} gets no copy", replica.address(), e);
        } finally {
            if (!isDone) {
                replica.connection().kill();
            }
            replication.ended(this);
        }
    }

    /** Action on a file. */
    private interface Action {
        void run() throws IOException;
    }

    /** Waits for a permit, telling the replica that it is not forgotten, and acts with it. */
    private void holding(Semaphore permits, Action action) throws IOException {
        try {
            while (!permits.tryAcquire(PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
                speak();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the server is shutting down");
        }
        try {
            action.run();
        } finally {
            permits.release();
        }
    }

    private void copy() throws IOException {
        try (FileChannel file = open(replication.context().directory())) {
            holding(replication.writing(), () -> write(file));
            send(file);
            LOG.info("the replica {} has been sent {} bytes of data", replica.address(), file.size());
        }
    }

    private static FileChannel open(Path directory) throws IOException {
        Path parent = Files.isDirectory(directory) ? directory : Path.of(System.getProperty("java.io.tmpdir"));
        String name = "temp-" + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".rdb";
        return PrivateFiles.open(
                parent.resolve(name),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
    }

    private void write(FileChannel file) throws IOException {
        String[] history = new String[1];
        try (Snapshot snapshot = cut(history)) {
            if (replica.knowsHistories()) {
                sendLine(history[0]);
            }
            replication.context().writeCopy(snapshot, file, this::speak);
        }
    }

    private Snapshot cut(String[] history) {
        return replication.dataSet().cut(lsn -> history[0] = replication.cut(replica, lsn, endsAfterCopy));
    }

    private void speak() {
        if (replica.isClosed() || replication.isClosed()) {
            throw new CancellationException("it is gone");
        }
        long now = System.nanoTime();
        if (now - spokenNanos > PATIENCE_NANOS) {
            spokenNanos = now;
            send(PATIENCE);
        }
    }

    private void send(FileChannel file) throws IOException {
        long size = file.size();
        replica.copyBegins();
        sendLine("$" + size);
        byte[] part = new byte[PART_BYTES];
        for (long at = 0; at < size; ) {
            int count = file.read(ByteBuffer.wrap(part), at);
            if (count <= 0) {
                throw new IOException("the copy cannot be read");
            }
            send(Arrays.copyOf(part, count));
            at += count;
        }
    }

    private void sendLine(String line) {
        send((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void send(byte[] bytes) {
        replica.send(bytes, replication.patienceNanos());
    }
}
