package io.nvmredis.engine.core;

import com.github.fppt.jedismock.EngineServer;
import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.OperationExecutorState;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.keyspace.Database;
import io.nvmredis.engine.keyspace.Databases;
import io.nvmredis.engine.keyspace.Recorder;
import io.nvmredis.engine.keyspace.Statistics;
import io.nvmredis.engine.keyspace.Watch;
import io.nvmredis.engine.replication.ReplicaOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Upstream's state of a connection, limited to the databases that exist.
 *
 * <p>A script may call itself until the stack is full, and the error that follows must not strike while a command of
 * the script is changing data. Every command asks for its database before it does anything; if little stack is left
 * then, the error is thrown here.
 */
public final class SessionState extends OperationExecutorState {
    /** Stack frames that a script's command needs: about 100 KB, many times what upstream's deepest operation takes. */
    private static final int STACK_FRAMES = 1_000;

    private final Recorder recorder;
    /** Bytes per watched key beside the key's own bytes, here and in its database. */
    private static final int WATCH_BYTES = 300;

    private final List<Watch> watches = new ArrayList<>();
    /** The keys of {@link #watches}. */
    private final Set<WatchedKey> watched = new HashSet<>();

    /** What the client has said of itself as a replica; null for all other clients. */
    private @Nullable ReplicaOptions replica;

    /** Whether the client has asked for RESP3. */
    private volatile boolean isResp3;

    /** Whether CLIENT REPLY OFF is in force. */
    private boolean isSilent;

    private volatile boolean touches = true;

    /** Approximate bytes that {@link #watches} take. */
    private long watchedBytes;
    /** Number of commands in the transaction that EXEC runs; 0 while EXEC runs none. */
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

    /** Throws a {@link StackOverflowError} if a script runs and too little stack is left for one of its commands. */
    void requireStack() {
        if (scriptingManager().isRunning()) {
            descend(STACK_FRAMES);
        }
    }

    /** Uses at least some 100 bytes of the stack per frame, and gives them back. */
    private static int descend(int frames) {
        return frames == 0 ? 0 : descend(frames - 1) + 1;
    }

    @Override
    public void changeActiveRedisBase(int index) {
        Databases.checkIndex(index);
        super.changeActiveRedisBase(index);
    }

    /** Tells whether replies and messages are in RESP3. Any thread may call this. */
    public boolean isResp3() {
        return isResp3;
    }

    public void useResp3(boolean isUsed) {
        isResp3 = isUsed;
    }

    /** Returns what the client has said of itself as a replica. */
    public ReplicaOptions replica() {
        ReplicaOptions options = replica;
        if (options == null) {
            options = new ReplicaOptions();
            replica = options;
        }
        return options;
    }

    /** Tells whether the client is a replica. */
    public boolean isReplica() {
        return replica != null && replica.isReplica();
    }

    @Override
    public void replyOn() {
        super.replyOn();
        isSilent = false;
    }

    @Override
    public void replyOff() {
        super.replyOff();
        isSilent = true;
    }

    /** Ends CLIENT REPLY OFF; a reply that is to be skipped is skipped none the less. */
    public void endReplyOff() {
        if (isSilent) {
            replyOn();
        }
    }

    /** Tells whether the client's commands count as uses of their keys: see CLIENT NO-TOUCH. */
    public boolean touches() {
        return touches;
    }

    public void touches(boolean isUse) {
        touches = isUse;
    }

    /**
     * Begins to look keys up for a command, by itself, within a transaction or for a script. A command that only asks
     * about keys uses none of them, but for TOUCH.
     */
    public void beginLooking(CommandSpec spec, Statistics statistics) {
        boolean isReading = spec.has(Trait.READONLY);
        boolean onlyAsks = isReading && spec.has(Trait.KEYS_ONLY);
        statistics.begin(isReading, (touches && !onlyAsks) || spec.name().equals("touch"));
    }

    /** Notes that EXEC runs this number of commands from now on; 0 when EXEC has run them. */
    public void executes(int count) {
        executedCount = count;
    }

    /** Tells whether commands wait for EXEC, or EXEC runs them. */
    public boolean isInTransaction() {
        return isTransactionModeOn() || executedCount > 0;
    }

    /** Returns the number of commands in the transaction. */
    public int transactionLength() {
        return isTransactionModeOn() ? tx().size() : executedCount;
    }

    /** Returns the approximate bytes that the watches take. */
    public long watchedBytes() {
        return watchedBytes;
    }

    /**
     * Watches keys of the selected database; upstream's method forgets in which database a key is watched. Once a
     * watched key has changed, EXEC does nothing whatever else is watched, so no more keys are added.
     */
    @Override
    public void watch(List<Slice> keys) {
        Database database = (Database) base();
        for (Slice key : keys) {
            if (isValid() && watched.add(new WatchedKey(database.index(), key))) {
                Watch watch = new Watch(this::watchedKeyIsAffected, database, key);
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
