package io.nvmredis.engine.tracking;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Client-side caching: remembers which keys clients have read, and tells the clients when these keys change.
 *
 * <p>No client keeps an old value. A command reads a key and the key is remembered for the client in one hold of the
 * engine's lock, and a change of the key is reported here in the hold of the lock in which it is made. So a change
 * either comes before the read, which then shows it, or it finds the reader here. Everything that changes a key passes
 * the places that call {@link #changed} and {@link #flushed}: they are those that tell WATCH, and the ones where data
 * are replaced without being recorded. A key that is evicted from memory to the cold side has not changed, and passes
 * none of them.
 *
 * <p>Nor does a client take an old value for a new one. A message about a key that a client has read comes behind the
 * reply that shows the old value: {@link Receiver#tell} puts the messages that are caused while a command of the
 * client runs behind the command's reply, and messages that are caused later queue up behind it. A message may come
 * late, behind a reply that shows the new value already; the client then asks once more than it needs to. Like a
 * reply, a message is sent when the change is durable that it tells of, and a client that sees the new value elsewhere
 * sees it when it is durable, too.
 *
 * <p>If no client tracks, a change costs one look at {@link #isOn}, and nothing is remembered.
 *
 * <p>Guarded by the engine's lock, but for {@link #hasBroadcasts}.
 */
public final class Invalidations {
    /** Number of keys that are remembered unless {@code tracking-table-max-keys} says otherwise. */
    public static final long DEFAULT_MAX_KEYS = 1_000_000;

    /** Bytes of changed keys beyond which they are sent before the turn of the event loop ends. */
    private static final long MAX_BROADCAST_BYTES = 1 << 20;

    /** The clients that track, by their ids. */
    private final Map<Long, TrackingClient> clients = new TreeMap<>();

    private final TrackedKeys keys;
    private final Broadcasts broadcasts = new Broadcasts();
    private final LongFunction<@Nullable Receiver> receivers;
    private final BooleanSupplier isScriptRunning;
    /** Whether any client tracks. */
    private boolean isOn;
    /** The client whose command runs, if it has ever asked for tracking. */
    private @Nullable TrackingClient running;
    /** Whether the running command has emptied a database, so that all clients drop all keys. */
    private boolean hasFlushed;

    private volatile boolean hasBroadcasts;

    /** Creates the invalidations of an engine without clients. */
    public Invalidations() {
        this(id -> null, () -> false, Long.MAX_VALUE);
    }

    /**
     * Creates the invalidations of an engine.
     *
     * @param receivers finds the connection of a client by its id; null if there is none
     * @param maxBytes most bytes that remembered keys may take
     */
    public Invalidations(LongFunction<@Nullable Receiver> receivers, BooleanSupplier isScriptRunning, long maxBytes) {
        this.receivers = receivers;
        this.isScriptRunning = isScriptRunning;
        keys = new TrackedKeys(
                DEFAULT_MAX_KEYS, maxBytes, bound -> ThreadLocalRandom.current().nextInt(bound));
    }

    /** Tells whether any client tracks. */
    public boolean isOn() {
        return isOn;
    }

    /** Begins a top-level command of a client, or an action of no client. */
    public void begin(@Nullable TrackingClient client) {
        if (isOn) {
            running = client;
            hasFlushed = false;
        }
    }

    /** Begins one of the commands of a transaction or script. */
    public void beginWithin() {
        hasFlushed = false;
    }

    /**
     * Turns tracking on for the client whose command runs, or changes its options. Prefixes are added to those that it has.
     *
     * @param prefixes empty unless the client asks for broadcasts
     */
    public void on(TrackingClient client, TrackingOptions options, Collection<Slice> prefixes) {
        client.on(options);
        clients.put(client.id(), client);
        running = client;
        isOn = true;
        for (Slice prefix : options.isBroadcast() && prefixes.isEmpty() ? List.of(Slice.empty()) : prefixes) {
            if (client.addPrefix(prefix)) {
                broadcasts.add(prefix, client);
            }
        }
    }

    /** Turns tracking off for a client. If no other tracks, nothing stays remembered. */
    public void off(TrackingClient client) {
        client.prefixes().forEach(prefix -> broadcasts.remove(prefix, client));
        client.off();
        if (clients.remove(client.id()) != null && clients.isEmpty()) {
            isOn = false;
            running = null;
            hasBroadcasts = false;
            keys.clear();
        }
    }

    /** Forgets a client that is gone. */
    public void close(TrackingClient client) {
        off(client);
        client.close();
    }

    /** Remembers that a client has read a key. If there are too many keys then, others are forgotten. */
    public void hasRead(TrackingClient client, Slice key) {
        keys.add(key, client);
        while (keys.isOverfull()) {
            forget(keys.any());
        }
    }

    /** Tells the clients that have read a key, or wait for its prefix, that the key has changed. */
    public void changed(Slice key) {
        if (isOn && !hasFlushed) {
            tell(key);
        }
    }

    private void tell(Slice key) {
        if (broadcasts.prefixCount() > 0 && broadcasts.changed(key, changer())) {
            hasBroadcasts = true;
            if (broadcasts.bytes() > MAX_BROADCAST_BYTES) {
                broadcast();
            }
        }
        forget(key);
    }

    /** Returns the id of the client that makes the change. As in Redis, a script counts as another client here. */
    private long changer() {
        return running == null || isScriptRunning.getAsBoolean() ? Broadcasts.NOBODY : running.id();
    }

    private void forget(Slice key) {
        TrackedKey removed = keys.remove(key);
        if (removed != null) {
            InvalidationMessage message = InvalidationMessage.of(key);
            removed.forEachReader(client -> {
                if (client.isOn()
                        && !client.options().isBroadcast()
                        && !(client.options().isNoLoop() && client.equals(running))) {
                    send(client, message);
                }
            });
        }
    }

    /**
     * Tells all clients to drop all keys, because a database is emptied. They are told once per command, and of no
     * other change that the same command makes.
     */
    public void flushed() {
        if (!isOn || hasFlushed) {
            return;
        }
        hasFlushed = true;
        for (TrackingClient client : clients.values()) {
            Receiver receiver = client.receiver();
            send(client, InvalidationMessage.ofAll(receiver != null && receiver.isResp3()));
        }
        keys.clear();
    }

    /** Tells whether changed keys wait to be broadcast. Any thread may call this; it is cheap. */
    public boolean hasBroadcasts() {
        return hasBroadcasts;
    }

    /** Tells the clients that wait for prefixes of the keys that have changed since they were told last. */
    public void broadcast() {
        hasBroadcasts = false;
        broadcasts.send(this::send);
    }

    private void send(TrackingClient client, InvalidationMessage message) {
        Receiver own = client.receiver();
        if (own == null) {
            return;
        }
        long redirect = client.options().redirect();
        Receiver receiver = redirect == 0 ? own : receivers.apply(redirect);
        if (receiver == null) {
            client.redirectIsBroken();
            if (own.isResp3()) {
                own.tell(InvalidationMessage.redirectIsBroken(redirect), true);
            }
        } else if (receiver.isResp3()) {
            receiver.tell(message.push(), receiver == own);
        } else if (redirect != 0 && receiver.isSubscriber()) {
            receiver.tell(message.published(), receiver == own);
        }
    }

    /** Sets how many keys may be remembered; 0 is any number, as far as memory allows. */
    public void limitKeys(long maxKeys) {
        keys.limit(maxKeys);
        while (keys.isOverfull()) {
            forget(keys.any());
        }
    }

    public long maxKeys() {
        return keys.maxKeys();
    }

    public int clientCount() {
        return clients.size();
    }

    public int keyCount() {
        return keys.keyCount();
    }

    /** Returns the number of pairs of a key and a client that has read it. */
    public long itemCount() {
        return keys.itemCount();
    }

    public int prefixCount() {
        return broadcasts.prefixCount();
    }
}
