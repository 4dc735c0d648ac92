package io.nvmredis.engine;

import io.nvmredis.engine.context.Limits;

/** A server's context with limits of a heap that it does not have. */
public final class LimitedContext extends TestClient.NoContext {
    private final Limits limits;

    public LimitedContext(Limits limits) {
        super(Long.MAX_VALUE / 2);
        this.limits = limits;
    }

    @Override
    public Limits limits() {
        return limits;
    }
}
