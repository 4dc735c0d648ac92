package io.nvmredis.engine.tracking;

import com.github.fppt.jedismock.datastructures.Slice;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Client that has asked for tracking at least once. What it has read stays remembered while tracking is off, as in
 * Redis.
 *
 * <p>Guarded by the engine's lock, but for what CLIENT CACHING has said, which belongs to the
 * client's session.
 */
public final class TrackingClient {
    /** Bytes per prefix beside its own. */
    private static final int PREFIX_BYTES = 300;

    private final long id;
    private final NavigableSet<Slice> prefixes = new TreeSet<>();
    /** The client's own connection; null when the client is gone, so that a remembered key does not hold it. */
    private @Nullable Receiver receiver;

    private TrackingOptions options = TrackingOptions.NONE;
    private boolean isOn;
    private boolean hasBrokenRedirect;
    /** Whether CLIENT CACHING has been called for the next command. */
    private boolean isCaching;

    private long prefixBytes;

    public TrackingClient(Receiver receiver) {
        this.receiver = receiver;
        id = receiver.id();
    }

    long id() {
        return id;
    }

    @Nullable
    Receiver receiver() {
        return receiver;
    }

    void on(TrackingOptions newOptions) {
        isOn = true;
        options = newOptions;
        hasBrokenRedirect = false;
    }

    void off() {
        isOn = false;
        options = TrackingOptions.NONE;
        hasBrokenRedirect = false;
        isCaching = false;
        prefixes.clear();
        prefixBytes = 0;
    }

    void close() {
        receiver = null;
    }

    public boolean isOn() {
        return isOn;
    }

    public TrackingOptions options() {
        return options;
    }

    /** Returns the prefixes of the keys that the client is told of, in order. */
    public NavigableSet<Slice> prefixes() {
        return Collections.unmodifiableNavigableSet(prefixes);
    }

    boolean addPrefix(Slice prefix) {
        boolean isNew = prefixes.add(prefix);
        if (isNew) {
            prefixBytes += PREFIX_BYTES + prefix.length();
        }
        return isNew;
    }

    /** Returns the bytes that the prefixes take. Called by the thread that runs the commands of the client. */
    public long prefixBytes() {
        return prefixBytes;
    }

    /** Tells whether a message could not be sent, because the client that was to get it is gone. */
    public boolean hasBrokenRedirect() {
        return hasBrokenRedirect;
    }

    void redirectIsBroken() {
        hasBrokenRedirect = true;
    }

    /** Tells whether CLIENT CACHING has been called for the next command. */
    public boolean isCaching() {
        return isCaching;
    }

    /** Notes that CLIENT CACHING has been called for the next command, or that this command is over. */
    public void caching(boolean isAsked) {
        isCaching = isAsked;
    }

    /** Tells whether the keys that the running command reads are to be remembered. */
    public boolean remembersReads() {
        return isOn && !options.isBroadcast() && (isCaching ? !options.isOptOut() : !options.isOptIn());
    }
}
