package io.nvmredis.stock.rdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The steps of a save, one of which fails, or waits. */
final class FaultyFiles extends SaveFiles {
    /** Where a save can fail. */
    enum Step {
        NONE,
        CREATE,
        WRITE,
        SECOND_WRITE,
        SYNC,
        RENAME,
        SYNC_DIRECTORY
    }

    volatile Step failing = Step.NONE;
    /** Writing waits for this. */
    volatile CountDownLatch gate = new CountDownLatch(0);
    /** Writes that have come to the gate. */
    final AtomicInteger arrived = new AtomicInteger();

    private void fail(Step step) throws IOException {
        if (step == failing) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    FileChannel create(Path file) throws IOException {
        fail(Step.CREATE);
        return new FaultyChannel(super.create(file));
    }

    @Override
    void rename(Path from, Path to) throws IOException {
        fail(Step.RENAME);
        super.rename(from, to);
    }

    @Override
    void syncDirectory(Path directory) throws IOException {
        fail(Step.SYNC_DIRECTORY);
        super.syncDirectory(directory);
    }

    private final class FaultyChannel extends FileChannel {
        private final FileChannel file;
        private int writeCount;

        FaultyChannel(FileChannel file) {
            this.file = file;
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            arrived.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            fail(writeCount++ == 0 ? Step.WRITE : Step.SECOND_WRITE);
            return file.write(source);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            fail(Step.SYNC);
            file.force(metaData);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long newPosition) throws IOException {
            file.position(newPosition);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }

        @Override
        public int read(ByteBuffer target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer target, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean isShared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean isShared) {
            throw new UnsupportedOperationException();
        }
    }
}
