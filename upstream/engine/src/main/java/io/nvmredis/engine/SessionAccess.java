package io.nvmredis.engine;

import com.github.fppt.jedismock.datastructures.Slice;
import io.nvmredis.engine.access.Access;
import io.nvmredis.engine.access.AclLog.Origin;
import io.nvmredis.engine.access.Denial;
import io.nvmredis.engine.access.User;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who the client of one session is, and what it may do. The thread that runs the session's commands says who it is;
 * any thread may change what its user may do, and then calls {@link #refresh}.
 *
 * <p>{@link #isFree} is all that a command pays for whose client may do everything. It is worked out anew, under this
 * object's lock, whenever the client or the rules of any user have changed, so that whoever comes last has seen both.
 */
final class SessionAccess {
    private final Access access;
    private final Supplier<String> client;
    private final LongSupplier clock;

    private volatile User user;
    /** Whether the client has authenticated itself, or did not have to when it connected. */
    private volatile boolean isAuthenticated;
    /** Whether the session is no client's, and above all users. */
    private volatile boolean isServers;
    /** Whether the client may do everything now. */
    private volatile boolean isFree;

    /**
     * Creates the access of a client that has just connected.
     *
     * @param client describes the client for the log of what was refused
     * @param clock tells milliseconds
     */
    SessionAccess(Access access, Supplier<String> client, LongSupplier clock) {
        this.access = access;
        this.client = client;
        this.clock = clock;
        user = access.users().defaultUser();
        isAuthenticated = !access.users().mustAuthenticate();
        refresh();
    }

    /** Tells whether nothing has to be checked. Cheap. */
    boolean isFree() {
        return isFree;
    }

    synchronized void refresh() {
        isFree = isServers || (!mustAuthenticate() && user.isUnrestricted());
    }

    User user() {
        return user;
    }

    boolean mustAuthenticate() {
        return !isAuthenticated && access.users().mustAuthenticate();
    }

    /** Makes the client this user. Returns false, and makes it the default user, if the user has been removed. */
    boolean authenticate(User authenticated) {
        user = authenticated;
        isAuthenticated = true;
        refresh();
        // Who removes a user looks for its sessions afterwards: one of the two sees the other.
        if (authenticated.isRemoved()) {
            forget();
            return false;
        }
        return true;
    }

    /** Makes the client what it was when it connected. */
    void forget() {
        user = access.users().defaultUser();
        isAuthenticated = !access.users().mustAuthenticate();
        refresh();
    }

    /** Says that the session is no client's: it may do everything, whatever the rules are. */
    void belongToServer() {
        isServers = true;
        refresh();
    }

    /** Returns why the client may not run a command, which has as many words as it may have; null if it may. */
    @Nullable
    Denial denial(CommandSpec spec, List<byte[]> words) {
        return isFree ? null : user.denial(spec, words);
    }

    /** Tells whether the client may run a command that besides reads keys which it does not name. */
    boolean mayReadEverything(String command, List<Slice> parameters) {
        if (isFree) {
            return true;
        }
        List<byte[]> words = new ArrayList<>(List.of(Words.bytes(command)));
        parameters.forEach(each -> words.add(RawBytes.of(each)));
        return user.mayReadEverything(Objects.requireNonNull(CommandTable.find(command)), words);
    }

    /** Enters a refusal in the log. */
    void denied(Denial denial, List<byte[]> words, Origin origin) {
        access.log().denied(denial, words, user.name(), origin, clock.getAsLong(), client.get());
    }

    /** Enters a wrong password in the log. */
    void gaveWrongPassword(String command, String name, Origin origin) {
        access.log().wrongPassword(command, name, origin, clock.getAsLong(), client.get());
    }
}
