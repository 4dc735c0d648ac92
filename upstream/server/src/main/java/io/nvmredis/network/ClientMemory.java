package io.nvmredis.network;

import io.netty.util.internal.PlatformDependent;
import io.nvmredis.engine.context.Limits;
import io.nvmredis.spi.support.SettingValues;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Memory that all clients together may take for requests that have come in, whole or in part, and for replies and
 * messages that wait: Redis's {@code maxmemory-clients}.
 *
 * <p>Memory that can be large is asked for before it is taken. When the sum is over the limit, or would be, the client
 * that takes the most is disconnected, and the next if that was not enough; the client that asked waits until there is
 * room. No client's command is run while the sum is over the limit. Clients that CLIENT NO-EVICT exempts are
 * disconnected only when no other client takes anything. So memory is bounded, whatever clients send, and clients that
 * take little are served.
 *
 * <p>No wake-up is missed: a waiter is put in the queue before the sum is read; memory that is given back lowers the
 * sum before the queue is read. Both are volatile, so at least one of the two sees the other.
 *
 * <p>Threads: any. The lock guards which clients are evicted; no account's lock is held together with it.
 */
public final class ClientMemory {
    private static final int DEFAULT_PERCENT = 15;

    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong evictedCount = new AtomicLong();
    private final Set<ClientAccount> accounts = ConcurrentHashMap.newKeySet();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    /** Limit in bytes; 0: no limit. */
    private volatile long limit;
    /** Bytes of evicted clients that were still connected at the last look. */
    private volatile long leavingBytes;

    /**
     * Makes a memory of which nothing is taken.
     *
     * @param limit bytes; 0: there is no limit
     */
    public ClientMemory(long limit) {
        this.limit = limit;
    }

    /**
     * Returns the limit in bytes that a setting asks for: bytes or per cent of the heap, a share of the heap if the
     * setting is empty, and empty if it is none of these. Memory of clients is in the heap or in direct memory, so that
     * the smaller one counts.
     */
    public static OptionalLong limitOf(String setting) {
        long memory = Math.min(Runtime.getRuntime().maxMemory(), PlatformDependent.maxDirectMemory());
        if (setting.isEmpty()) {
            return OptionalLong.of(Limits.leftBesideServer(memory) / 100 * DEFAULT_PERCENT);
        }
        if (setting.matches("\\d{1,2}%|100%")) {
            return OptionalLong.of(memory / 100 * Integer.parseInt(setting.substring(0, setting.length() - 1)));
        }
        return SettingValues.size(setting);
    }

    /**
     * Opens the account of a new client.
     *
     * @param evict disconnects the client soon; returns at once
     */
    ClientAccount open(Runnable evict) {
        ClientAccount account = new ClientAccount(this, evict);
        accounts.add(account);
        return account;
    }

    public long limit() {
        return limit;
    }

    public void limit(long newLimit) {
        limit = newLimit;
        makeRoom(null, 0);
        wake();
    }

    public long usedBytes() {
        return usedBytes.get();
    }

    public long evictedCount() {
        return evictedCount.get();
    }

    /** Returns the largest value of a figure among all clients. */
    public long largest(ToLongFunction<ClientAccount> figure) {
        return accounts.stream().mapToLong(figure).max().orElse(0);
    }

    /** Tells whether no more commands are to be run until some client has gone or has taken its replies. */
    boolean isOver() {
        return isOver(usedBytes.get(), limit);
    }

    private static boolean isOver(long used, long limit) {
        return limit > 0 && used > limit;
    }

    /**
     * Tells whether the sum is more than a quarter over the limit, so that even messages, whose senders cannot wait,
     * are refused.
     */
    boolean isFarOver() {
        long admitted = limit;
        return isOver(usedBytes.get(), admitted + admitted / 4);
    }

    /** Takes so many bytes more, unless the sum would be over the limit. */
    boolean tryTake(long more) {
        long used;
        do {
            used = usedBytes.get();
            if (isOver(used + more, limit)) {
                return false;
            }
        } while (!usedBytes.compareAndSet(used, used + more));
        return true;
    }

    /** Counts bytes that have been taken already, or given back. */
    void changed(long change) {
        long used = usedBytes.addAndGet(change);
        if (change > 0) {
            if (isOver(used - leavingBytes, limit)) {
                makeRoom(null, 0);
            }
        } else if (!waiting.isEmpty()) {
            wake();
        }
    }

    /**
     * Runs the waiter when there may be room for so many bytes more, and evicts clients to make that room.
     *
     * @param account of the client that asks; it is evicted itself if no other client would take as much
     * @param waiter returns at once; it may be run in vain, and is forgotten once it is run
     */
    void await(ClientAccount account, long more, Runnable waiter) {
        waiting.add(waiter);
        makeRoom(account, more);
        if (!isOver(usedBytes.get() + more, limit)) {
            wake();
        }
    }

    /** Forgets the waiter of a client that is gone. */
    void forget(Runnable waiter) {
        waiting.remove(waiter);
    }

    private void wake() {
        // Only the waiters of now: a waiter that finds no room is put in the queue again.
        for (int i = waiting.size(); i > 0; i--) {
            Runnable waiter = waiting.poll();
            if (waiter != null) {
                waiter.run();
            }
        }
    }

    /** Evicts as many clients as needed, the largest first. */
    synchronized void makeRoom(@Nullable ClientAccount asking, long more) {
        long leaving = leaving();
        boolean isAsking = asking != null && !asking.isEvicted();
        while (isOver(usedBytes.get() - leaving + (isAsking ? more : 0), limit)) {
            ClientAccount largest = largestStaying(asking, more);
            if (largest == null) {
                break;
            }
            leaving += largest.totalBytes();
            isAsking &= largest != asking;
            evictedCount.incrementAndGet();
            largest.evict();
        }
        leavingBytes = leaving;
    }

    private long leaving() {
        long leaving = 0;
        for (ClientAccount account : accounts) {
            if (account.isEvicted()) {
                leaving += account.totalBytes();
            }
        }
        return leaving;
    }

    private @Nullable ClientAccount largestStaying(@Nullable ClientAccount asking, long more) {
        for (ClientAccount.Standing standing : ClientAccount.Standing.values()) {
            ClientAccount largest = largestStaying(asking, more, standing);
            if (largest != null) {
                return largest;
            }
        }
        return null;
    }

    private @Nullable ClientAccount largestStaying(
            @Nullable ClientAccount asking, long more, ClientAccount.Standing standing) {
        ClientAccount largest = null;
        long most = 0;
        for (ClientAccount account : accounts) {
            long bytes = account.isEvicted() || account.standing() != standing
                    ? 0
                    : account.totalBytes() + (account == asking ? more : 0);
            if (bytes > most) {
                most = bytes;
                largest = account;
            }
        }
        return largest;
    }

    /** Removes an account that has given back everything. */
    void close(ClientAccount account) {
        accounts.remove(account);
        synchronized (this) {
            if (account.isEvicted()) {
                leavingBytes = leaving();
            }
        }
        wake();
    }
}
