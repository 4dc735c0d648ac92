package io.nvmredis.engine.core;

import com.github.fppt.jedismock.EngineServer;
import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.OperationExecutorState;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Databases;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.engine.keyspace.Watch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Upstream's state of a connection, held to the databases there are.
 *
 * <p>A script may call itself until the stack is full, and the error that follows must not strike while a command of the
 * script is changing data. Every command asks for its database before it does anything; if there is little stack left
 * then, the error comes here.
 */
public final class SessionState extends OperationExecutorState {
    /** About 100 KB, many times what the deepest of upstream's operations takes. */
    private static final int STACK_FRAMES = 1_000;

    private final Recorder recorder;
    /** What a watched key takes beside its bytes, here and in its database. */
    private static final int WATCH_BYTES = 300;

    private final List<Watch> watches = new ArrayList<>();
    /** The keys of {@link #watches}, and what they take. */
    private final Set<WatchedKey> watched = new HashSet<>();

    private long watchedBytes;
    /** Of the transaction that EXEC runs; 0 while it runs none. */
    private int executedCount;

    private record WatchedKey(int database, Slice key) {}

    public SessionState(RedisClient owner, Databases databases, EngineServer server, Recorder recorder) {
        super(
                owner,
                databases,
                server.blockingManager(),
                server.scriptingManager(),
                server.configuration(),
                server.subscriptionRegistry());
        this.recorder = recorder;
    }

    @Override
    public RedisBase base(int index) {
        requireStack();
        return super.base(index);
    }

    @Override
    public void clearAll() {
        requireStack();
        super.clearAll();
        recorder.flushedAll();
    }

    /** A command of a script has the stack that it needs, or does not begin. */
    void requireStack() {
        if (scriptingManager().isRunning()) {
            descend(STACK_FRAMES);
        }
    }

    /** Uses some 100 bytes of the stack at least, and gives them back. */
    private static int descend(int frames) {
        return frames == 0 ? 0 : descend(frames - 1) + 1;
    }

    @Override
    public void changeActiveRedisBase(int index) {
        Databases.checkIndex(index);
        super.changeActiveRedisBase(index);
    }

    /** EXEC runs so many commands from now on, until there are 0. */
    public void executes(int count) {
        executedCount = count;
    }

    /** Whether commands wait for EXEC, or EXEC runs them. */
    public boolean isInTransaction() {
        return isTransactionModeOn() || executedCount > 0;
    }

    /** How many commands there are in the transaction. */
    public int transactionLength() {
        return isTransactionModeOn() ? tx().size() : executedCount;
    }

    /** What its watches take, roughly. */
    public long watchedBytes() {
        return watchedBytes;
    }

    /**
     * Upstream's forgets in which database a key is watched. Once a watched key has changed EXEC will do nothing, whatever
     * else is watched.
     */
    @Override
    public void watch(List<Slice> keys) {
        Database database = (Database) base();
        for (Slice key : keys) {
            if (isValid() && watched.add(new WatchedKey(database.index(), key))) {
                Watch watch = new Watch(this, database, key);
                watchedBytes += WATCH_BYTES + key.length();
                watches.add(watch);
                database.watch(watch);
            }
        }
    }

    @Override
    public void unwatch() {
        super.unwatch();
        watches.forEach(Watch::end);
        watches.clear();
        watched.clear();
        watchedBytes = 0;
    }

    @Override
    public void checkWatchedKeysNotExpired() {
        if (watches.stream().anyMatch(Watch::hasExpired)) {
            watchedKeyIsAffected();
        }
    }
}
