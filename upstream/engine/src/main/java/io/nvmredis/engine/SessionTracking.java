package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.KeyPositions;
import io.nvmredis.engine.core.ClientTracking;
import io.nvmredis.engine.tracking.Invalidations;
import io.nvmredis.engine.tracking.TrackingClient;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Client-side caching of one session: reports what the session's commands read, and takes the messages for it.
 *
 * <p>Guarded by the engine's lock, but for {@link #end}, which the thread calls that has run the command.
 */
final class SessionTracking implements ClientTracking {
    private final Engine engine;
    private final Session session;
    private final Subscribed subscribed;
    /** Null unless the session has ever asked for tracking. */
    private volatile @Nullable TrackingClient client;
    /** Words of the script that runs, and what command it is; null if none does. */
    private @Nullable List<byte[]> script;

    private @Nullable CommandSpec scriptSpec;

    /** Messages that are sent behind the reply of the command that runs, or has just run. */
    private final List<byte[]> behindReply = new ArrayList<>();

    SessionTracking(Engine engine, Session session, Subscribed subscribed) {
        this.engine = engine;
        this.session = session;
        this.subscribed = subscribed;
    }

    @Override
    public @Nullable TrackingClient client() {
        return client;
    }

    @Override
    public TrackingClient clientToBe() {
        TrackingClient made = client;
        if (made == null) {
            made = new TrackingClient(this);
            client = made;
        }
        return made;
    }

    @Override
    public void stop() {
        TrackingClient stopped = client;
        if (stopped != null) {
            engine.invalidations().off(stopped);
        }
    }

    /** Returns the bytes that prefixes take. Called by the thread that runs the commands. */
    long bytes() {
        return client == null ? 0 : client.prefixBytes();
    }

    /** Ends tracking when the next command of any client runs, because the connection is gone. Any thread. */
    void closeLater() {
        TrackingClient closed = client;
        if (closed != null) {
            engine.transactions().doLater(() -> engine.invalidations().close(closed));
        }
    }

    /** Begins a command, by itself or within a transaction or script. */
    void begin(CommandSpec spec, List<byte[]> words) {
        if (client != null && spec.has(Trait.SCRIPT)) {
            script = words;
            scriptSpec = spec;
        }
    }

    /**
     * Takes note of a command that has run. Its keys are remembered if it only reads. If a script runs it, the script's
     * keys are remembered as well, as in Redis.
     */
    void hasRun(CommandSpec spec, List<byte[]> words) {
        TrackingClient reader = client;
        if (reader == null) {
            return;
        }
        if (spec.has(Trait.SCRIPT)) {
            script = null;
            scriptSpec = null;
        } else if (spec.has(Trait.READONLY) && reader.remembersReads()) {
            remember(reader, spec, words);
            if (script != null && scriptSpec != null) {
                remember(reader, scriptSpec, script);
            }
        }
    }

    private void remember(TrackingClient reader, CommandSpec spec, List<byte[]> words) {
        Invalidations invalidations = engine.invalidations();
        KeyPositions.forEach(spec, words, key -> invalidations.hasRead(reader, Slice.create(key)));
    }

    /**
     * Ends a top-level command and returns its reply with the messages behind it.
     *
     * @param reply null if the client gets none; {@link Session#WAITING} if it comes later
     */
    byte @Nullable [] end(@Nullable CommandSpec spec, byte @Nullable [] reply) {
        TrackingClient tracked = client;
        if (tracked == null) {
            return reply;
        }
        boolean isOver = !session.state().isTransactionModeOn()
                && (spec == null || !spec.name().equals("client"));
        if (isOver) {
            tracked.caching(false);
        }
        if (behindReply.isEmpty()) {
            return reply;
        }
        if (reply == Session.WAITING) {
            behindReply.forEach(session.output()::push);
            behindReply.clear();
            return reply;
        }
        return withMessages(reply == null ? new byte[0] : reply);
    }

    private byte[] withMessages(byte[] reply) {
        int length = reply.length;
        for (byte[] message : behindReply) {
            length = Math.addExact(length, message.length);
        }
        byte[] all = new byte[length];
        System.arraycopy(reply, 0, all, 0, reply.length);
        int at = reply.length;
        for (byte[] message : behindReply) {
            System.arraycopy(message, 0, all, at, message.length);
            at += message.length;
            session.output().dropped(message.length);
        }
        behindReply.clear();
        return all;
    }

    /** Keeps an admitted message until the reply of the running command is there. */
    void sendBehindReply(byte[] message) {
        behindReply.add(message);
    }

    @Override
    public long id() {
        return session.id();
    }

    @Override
    public boolean isResp3() {
        return session.state().isResp3();
    }

    @Override
    public boolean isSubscriber() {
        return subscribed.isAny();
    }

    @Override
    public void tell(byte[] message, boolean isOwn) {
        if (!session.isClosed() && session.output().admits(message.length)) {
            engine.transactions().pushes().addInvalidation(session, Slice.create(message), isOwn);
        }
    }
}
