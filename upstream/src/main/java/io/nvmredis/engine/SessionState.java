package io.nvmredis.engine;

import com.github.fppt.jedismock.EngineServer;
import com.github.fppt.jedismock.RedisClient;
import com.github.fppt.jedismock.storage.OperationExecutorState;

/** Upstream's state of a connection, held to the databases there are. */
final class SessionState extends OperationExecutorState {

    SessionState(RedisClient owner, Databases databases, EngineServer server) {
        super(
                owner,
                databases,
                server.blockingManager(),
                server.scriptingManager(),
                server.configuration(),
                server.subscriptionRegistry());
    }

    @Override
    public void changeActiveRedisBase(int index) {
        Databases.checkIndex(index);
        super.changeActiveRedisBase(index);
    }
}
