package io.nvmredis.engine.core;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The clients that MONITOR shows what all clients do. Guarded by the engine's lock, but for {@link #forget}.
 *
 * <p>A command is shown when it has run, as in Redis; a script before the commands that it calls, and EXEC behind the
 * commands that it runs.
 */
public final class Monitors {
    private final Sink sink;
    /** Shown to few clients, and looked through by threads that close a connection. */
    private final List<CommandSession> sessions = new CopyOnWriteArrayList<>();
    /** Whether there may be any: all that a command pays for while there are none. */
    private boolean isAny;

    /** Sends lines when the running command is over, and its transaction is durable. */
    @FunctionalInterface
    public interface Sink {
        void send(CommandSession to, Slice line);
    }

    public Monitors(Sink sink) {
        this.sink = sink;
    }

    /** Tells whether any client may be shown what runs. */
    public boolean isAny() {
        return isAny;
    }

    public boolean has(CommandSession session) {
        return isAny && sessions.contains(session);
    }

    public void add(CommandSession session) {
        sessions.add(session);
        isAny = true;
    }

    public void remove(CommandSession session) {
        sessions.remove(session);
        isAny = !sessions.isEmpty();
    }

    /** Removes a client that is gone. Any thread may call this. */
    public void forget(CommandSession session) {
        sessions.remove(session);
    }

    /** Shows a command that is about to run, if it runs a script. */
    public void before(CommandSession client, CommandSpec spec, List<byte[]> words) {
        if (isAny && spec.has(Trait.SCRIPT)) {
            show(client, spec, words);
        }
    }

    /** Shows a command that has run, unless it ran a script. */
    public void after(CommandSession client, CommandSpec spec, List<byte[]> words) {
        if (isAny && !spec.has(Trait.SCRIPT)) {
            show(client, spec, words);
        }
    }

    private void show(CommandSession client, CommandSpec spec, List<byte[]> words) {
        isAny = !sessions.isEmpty();
        if (MonitorLine.isHidden(spec, words)) {
            return;
        }
        SessionState state = client.state();
        boolean isOfScript = state.scriptingManager().isRunning();
        String place = state.getSelected() + " "
                + (isOfScript ? "lua" : client.output().figures().address());
        MonitorLine line = new MonitorLine(nowMicros(), place, words);
        for (CommandSession each : sessions) {
            if (each.output().admits(line.length())) {
                send(each, line);
            }
        }
    }

    /** Sends a line; who has no memory for it is disconnected, because the command that it shows has run. */
    private void send(CommandSession to, MonitorLine line) {
        try {
            sink.send(to, Slice.create(line.bytes()));
        } catch (OutOfMemoryError e) {
            to.output().dropped(line.length());
            to.kill();
        }
    }

    private static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }
}
