package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.core.Demand;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A command that waits for one of its keys. It ends once: it is served, or its time is up, or its client is gone.
 *
 * <p>The thread that ends it must have {@link #claim}ed it before.
 */
final class Waiter {
    private final Session session;
    private final Demand demand;
    private final CommandSpec spec;
    private final List<byte[]> command;
    private final int database;
    private final Set<Slice> keys;
    private final AtomicBoolean isOver = new AtomicBoolean();

    Waiter(Session session, Demand demand, CommandSpec spec, List<byte[]> command, int database) {
        this.session = session;
        this.demand = demand;
        this.spec = spec;
        this.command = command;
        this.database = database;
        keys = demand.keys().size() == 1 ? Set.of(demand.keys().get(0)) : new LinkedHashSet<>(demand.keys());
    }

    Session session() {
        return session;
    }

    Demand demand() {
        return demand;
    }

    CommandSpec spec() {
        return spec;
    }

    List<byte[]> command() {
        return command;
    }

    int database() {
        return database;
    }

    /** Returns the keys that the command waits for, each once. */
    Set<Slice> keys() {
        return keys;
    }

    /** Claims the end of the wait. Returns whether the caller is the one that ends it. Any thread may call this. */
    boolean claim() {
        return isOver.compareAndSet(false, true);
    }

    boolean isOver() {
        return isOver.get();
    }
}
