package io.nvmredis.engine;

import com.github.fppt.jedismock.EngineServer;
import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.storage.OperationExecutorState;
import com.github.fppt.jedismock.storage.RedisBase;
import java.util.ArrayList;
import java.util.List;

/**
 * Upstream's state of a connection, held to the databases there are.
 *
 * <p>A script may call itself until the stack is full, and the error that follows must not strike while a command of the
 * script is changing data. Every command asks for its database before it does anything; if there is little stack left
 * then, the error comes here.
 */
final class SessionState extends OperationExecutorState {
    /** About 100 KB, many times what the deepest of upstream's operations takes. */
    private static final int STACK_FRAMES = 1_000;

    private final Recorder recorder;
    private final List<Watch> watches = new ArrayList<>();

    SessionState(RedisClient owner, Databases databases, EngineServer server, Recorder recorder) {
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

    private void requireStack() {
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

    // --- WATCH: upstream's forgets in which database a key is watched. ---

    /** Once a watched key has changed EXEC will do nothing, whatever else is watched. */
    @Override
    public void watch(List<Slice> keys) {
        Database database = (Database) base();
        for (Slice key : keys) {
            if (isValid() && watches.stream().noneMatch(watch -> watch.isOf(database, key))) {
                Watch watch = new Watch(this, database, key);
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
    }

    @Override
    public void checkWatchedKeysNotExpired() {
        if (watches.stream().anyMatch(Watch::hasExpired)) {
            watchedKeyIsAffected();
        }
    }
}
