package io.nvmredis.engine;

/** A server's context with limits of a heap that it does not have. */
final class LimitedContext extends TestClient.NoContext {
    private final Limits limits;

    LimitedContext(Limits limits) {
        super(Long.MAX_VALUE / 2);
        this.limits = limits;
    }

    @Override
    public Limits limits() {
        return limits;
    }
}
