package io.nvmredis.engine.core;

import io.nvmredis.engine.script.ScriptHost;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Server as a library of functions sees it while it is loaded: it may write to the log, and has little time. */
final class LoadLimit implements ScriptHost {
    private static final Logger LOG = LoggerFactory.getLogger("io.nvmredis.script");
    /** Time that Redis gives a library. */
    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final BooleanSupplier isOver;

    private LoadLimit(BooleanSupplier isOver) {
        this.isOver = isOver;
    }

    /** Returns the limit for a library that a client brings. */
    static LoadLimit forClients() {
        long begin = System.nanoTime();
        return new LoadLimit(() -> System.nanoTime() - begin > NANOS);
    }

    /** Returns the limit for a library that was loaded once before: it may take its time, as this machine may be slow. */
    static LoadLimit forData() {
        return new LoadLimit(() -> false);
    }

    @Override
    public byte[] call(List<byte[]> words, boolean readOnly, boolean isResp3) {
        throw new IllegalStateException("a library that is loaded has no redis.call");
    }

    @Override
    public boolean repliesInResp3() {
        return false;
    }

    @Override
    public void log(int level, String message) {
        ScriptCalls.log(LOG, level, message);
    }

    @Override
    public @Nullable Boolean allows(List<byte[]> words) {
        return null;
    }

    @Override
    public boolean isToEnd() {
        return isOver.getAsBoolean();
    }
}
