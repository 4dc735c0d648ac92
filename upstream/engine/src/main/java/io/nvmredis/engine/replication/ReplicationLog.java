package io.nvmredis.engine.replication;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The stream of commands for replicas, from the oldest byte that a replica may still ask for to the newest. A position
 * is the number of bytes before it since the stream began.
 *
 * <p>The stream is a chain of blocks. A reader holds the block in which it is, and with it all that follow; a block
 * that is older than the backlog and that no reader holds is garbage.
 *
 * <p>Threads: one appends, any read.
 */
final class ReplicationLog {
    private static final int BLOCK_BYTES = 64 << 10;

    private Block first;
    private Block last;
    private volatile long end;

    /** Part of the stream. */
    private static final class Block {
        private final long start;
        private final byte[] bytes = new byte[BLOCK_BYTES];
        private int length;
        private @Nullable Block next;

        private Block(long start) {
            this.start = start;
        }

        private long end() {
            return start + length;
        }
    }

    /** Begins a stream at this position. */
    ReplicationLog(long start) {
        first = new Block(start);
        last = first;
        end = start;
    }

    /** Returns the position behind the newest byte. */
    long end() {
        return end;
    }

    /** Returns the position of the oldest byte that a replica may still ask for. */
    synchronized long start() {
        return first.start;
    }

    /** Appends bytes, and forgets the oldest as long as this many are left. */
    synchronized void append(byte[] source, int offset, int length, long backlogBytes) {
        int at = offset;
        int rest = length;
        while (rest > 0) {
            if (last.length == BLOCK_BYTES) {
                Block added = new Block(last.end());
                last.next = added;
                last = added;
            }
            int count = Math.min(rest, BLOCK_BYTES - last.length);
            System.arraycopy(source, at, last.bytes, last.length, count);
            last.length += count;
            at += count;
            rest -= count;
        }
        end = last.end();
        while (first.next != null && end - first.end() >= backlogBytes) {
            first = first.next;
        }
    }

    /** Returns a reader from this position on; null if the stream does not have it, or not any more. */
    @Nullable
    synchronized Reader readerAt(long position) {
        if (position < first.start || position > end) {
            return null;
        }
        Block block = first;
        while (position > block.end()) {
            block = Objects.requireNonNull(block.next);
        }
        return new Reader(block, position);
    }

    /** Place in the stream from which one replica is sent what follows. One thread reads. */
    final class Reader {
        private Block block;
        private volatile long position;

        private Reader(Block block, long position) {
            this.block = block;
            this.position = position;
        }

        long position() {
            return position;
        }

        /** Returns the bytes that follow, at most a block, or null if there are none now. */
        byte @Nullable [] next() {
            synchronized (ReplicationLog.this) {
                if (position == block.end() && block.next != null) {
                    block = block.next;
                }
                int count = (int) (block.end() - position);
                if (count == 0) {
                    return null;
                }
                byte[] bytes = new byte[count];
                System.arraycopy(block.bytes, (int) (position - block.start), bytes, 0, count);
                position += count;
                return bytes;
            }
        }
    }
}
