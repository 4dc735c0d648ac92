package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.engine.context.ClientFigures;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.engine.tracking.TrackingClient;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/**
 * CLIENT LIST and INFO: one line per client, with the fields of Redis 7.0. This server has no fixed buffers for
 * replies and no shards, so that these fields are the same for all clients. Holds the engine's lock.
 */
public final class ClientList {
    private final CommandEngine engine;
    private final StringBuilder text = new StringBuilder();

    private ClientList(CommandEngine engine) {
        this.engine = engine;
    }

    static Slice of(CommandEngine engine, Collection<CommandSession> sessions) {
        ClientList list = new ClientList(engine);
        for (CommandSession session : sessions) {
            list.add(session);
            engine.guard().replies(list.text.length(), Response.NULL);
        }
        return Response.bulkString(Slice.create(list.text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    static Slice info(CommandEngine engine, CommandSession session) {
        return of(engine, List.of(session));
    }

    /**
     * Describes the client of a session for the log of what was refused, without the end of the line. The thread that
     * runs the session's commands calls it; it need not hold the lock, and may see what other threads do a moment late.
     */
    public static String describe(CommandEngine engine, CommandSession session) {
        ClientList list = new ClientList(engine);
        list.add(session);
        return list.text.toString().strip();
    }

    private void add(CommandSession session) {
        SessionState state = session.state();
        ClientFigures figures = session.output().figures();
        int channels = 0;
        int patterns = 0;
        int shards = 0;
        if (session.maySeeMessages()) {
            SubscriptionRegistry registry = engine.server().subscriptionRegistry();
            channels = registry.getSubscriptions(state.owner()).size();
            patterns = registry.getPSubscriptions(state.owner()).size();
            shards = engine.shardChannels().count(state.owner());
        }
        String name = state.getClientName();
        field("id", session.id());
        field("addr", figures.address());
        field("laddr", figures.localAddress());
        field("fd", figures.fileDescriptor());
        field("name", name == null ? "" : name);
        field("age", figures.ageSeconds());
        field("idle", figures.idleSeconds());
        field("flags", flags(session, figures, channels + patterns + shards > 0));
        field("db", state.getSelected());
        field("sub", channels);
        field("psub", patterns);
        field("ssub", shards);
        field("multi", state.isInTransaction() ? state.transactionLength() : -1);
        add(session, figures);
        field("cmd", session.lastCommandName());
        field("user", session.user().shownName());
        field("redir", TrackingCommands.redirect(session));
        field("resp", state.isResp3() ? 3 : 2);
        text.setCharAt(text.length() - 1, '\n');
    }

    /** Adds the fields that tell what memory a client takes. */
    private void add(CommandSession session, ClientFigures figures) {
        long transactionBytes = session.transactionBytes();
        field("qbuf", figures.queryBytes());
        field("qbuf-free", figures.freeQueryBytes());
        field("argv-mem", figures.commandBytes());
        field("multi-mem", transactionBytes);
        field("rbs", 0);
        field("rbp", 0);
        field("obl", 0);
        field("oll", figures.replyCount());
        field("omem", figures.replyBytes());
        field("tot-mem", figures.totalBytes());
        field("events", (figures.isReading() ? "r" : "") + (figures.replyBytes() > 0 ? "w" : ""));
    }

    private String flags(CommandSession session, ClientFigures figures, boolean isSubscriber) {
        StringBuilder flags = new StringBuilder();
        if (session.state().isReplica()) {
            flags.append('S');
        }
        if (engine.monitors().has(session)) {
            flags.append('O');
        }
        if (isSubscriber) {
            flags.append('P');
        }
        if (session.state().isInTransaction()) {
            flags.append('x');
        }
        if (session.isWaiting() || figures.isHeld()) {
            flags.append('b');
        }
        TrackingClient tracking = session.tracking().client();
        if (tracking != null && tracking.isOn()) {
            flags.append('t')
                    .append(tracking.hasBrokenRedirect() ? "R" : "")
                    .append(tracking.options().isBroadcast() ? "B" : "");
        }
        if (!session.state().isValid()) {
            flags.append('d');
        }
        if (figures.isExempt()) {
            flags.append('e');
        }
        if (!session.state().touches()) {
            flags.append('T');
        }
        return flags.isEmpty() ? "N" : flags.toString();
    }

    private void field(String name, long value) {
        text.append(name).append('=').append(value).append(' ');
    }

    private void field(String name, String value) {
        text.append(name).append('=').append(value).append(' ');
    }
}
