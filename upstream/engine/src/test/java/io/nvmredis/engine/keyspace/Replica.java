package io.nvmredis.engine.keyspace;

import io.nvmredis.engine.TestClient;
import java.util.List;

/** Databases like an engine's own, that nothing is done to but applying effects. */
public final class Replica {
    private final Databases databases;
    private final EffectApplier applier;
    private int applied;

    public Replica(TestClient of) {
        databases = new Databases(index -> new Database(
                index,
                of.engine.server().configuration(),
                of.engine.server().subscriptionRegistry(),
                new Recorder(new CommandClock(of.engine.server()::getClock)),
                new Statistics()));
        applier = new EffectApplier(databases);
    }

    public Databases databases() {
        return databases;
    }

    /** Applies the transactions that it has not applied yet. */
    public Replica applyNew(List<byte[]> transactions) {
        for (; applied < transactions.size(); applied++) {
            byte[] bytes = transactions.get(applied);
            applier.apply(applied + 1L, bytes, 0, bytes.length);
            applier.finish();
        }
        return this;
    }
}
