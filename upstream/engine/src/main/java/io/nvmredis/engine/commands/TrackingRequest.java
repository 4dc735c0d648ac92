package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.tracking.TrackingClient;
import io.nvmredis.engine.tracking.TrackingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/**
 * What a CLIENT TRACKING asks for.
 *
 * @param prefixes in the order in which they came
 */
record TrackingRequest(TrackingOptions options, List<Slice> prefixes) {
    /** Most prefixes of a client: each takes memory, and is compared with the others of the command. */
    private static final int MAX_PREFIXES = 4096;

    private static final String OVERLAP = ". Prefixes for a single client must not overlap.";

    /** Reads the options behind ON or OFF. */
    static TrackingRequest read(CommandEngine engine, Arguments arguments) {
        long redirect = 0;
        boolean isBroadcast = false;
        boolean isOptIn = false;
        boolean isOptOut = false;
        boolean isNoLoop = false;
        List<Slice> prefixes = new ArrayList<>();
        for (int i = 2; i < arguments.count(); i++) {
            boolean hasMore = i + 1 < arguments.count();
            if (arguments.is(i, "redirect") && hasMore) {
                redirect = redirect(engine, arguments, ++i, redirect);
            } else if (arguments.is(i, "prefix") && hasMore) {
                prefixes.add(arguments.word(++i));
            } else if (arguments.is(i, "bcast")) {
                isBroadcast = true;
            } else if (arguments.is(i, "optin")) {
                isOptIn = true;
            } else if (arguments.is(i, "optout")) {
                isOptOut = true;
            } else if (arguments.is(i, "noloop")) {
                isNoLoop = true;
            } else {
                throw Arguments.syntaxError();
            }
        }
        return new TrackingRequest(new TrackingOptions(redirect, isBroadcast, isOptIn, isOptOut, isNoLoop), prefixes);
    }

    private static long redirect(CommandEngine engine, Arguments arguments, int position, long before) {
        if (before != 0) {
            throw new ArgumentException("ERR A client can only redirect to a single other client");
        }
        long redirect = arguments.integer(position);
        if (engine.clients().find(redirect) == null) {
            throw new ArgumentException("ERR The client ID you want redirect to does not exist");
        }
        return redirect;
    }

    /**
     * Returns why tracking cannot be turned on so, or null.
     *
     * @param client the client as it is now; null if it has never asked for tracking
     */
    @Nullable
    String refusal(@Nullable TrackingClient client) {
        if (!options.isBroadcast() && !prefixes.isEmpty()) {
            return "ERR PREFIX option requires BCAST mode to be enabled";
        }
        if (client != null && client.isOn() && client.options().isBroadcast() != options.isBroadcast()) {
            return switched("BCAST mode on/off");
        }
        if (options.isBroadcast() && (options.isOptIn() || options.isOptOut())) {
            return "ERR OPTIN and OPTOUT are not compatible with BCAST";
        }
        if (options.isOptIn() && options.isOptOut()) {
            return "ERR You can't specify both OPTIN mode and OPTOUT mode";
        }
        if (client != null
                && ((options.isOptIn() && client.options().isOptOut())
                        || (options.isOptOut() && client.options().isOptIn()))) {
            return switched("OPTIN/OPTOUT mode");
        }
        return options.isBroadcast() ? overlap(client == null ? null : client.prefixes()) : null;
    }

    private static String switched(String what) {
        return "ERR You can't switch " + what
                + " before disabling tracking for this client, and then re-enabling it with a" + " different mode.";
    }

    /** Returns why the prefixes cannot be added to those that the client has, or null. */
    private @Nullable String overlap(@Nullable NavigableSet<Slice> existing) {
        if (prefixes.size() + (existing == null ? 0 : existing.size()) > MAX_PREFIXES) {
            return "ERR a client can have " + MAX_PREFIXES + " prefixes at most";
        }
        for (int i = 0; i < prefixes.size(); i++) {
            Slice prefix = prefixes.get(i);
            Slice other = existing == null ? null : overlapping(existing, prefix);
            if (other != null) {
                return "ERR Prefix '" + prefix + "' overlaps with an existing prefix '" + other + "'" + OVERLAP;
            }
            other = overlapping(prefixes.subList(i + 1, prefixes.size()), prefix);
            if (other != null) {
                return "ERR Prefix '" + prefix + "' overlaps with another provided prefix '" + other + "'" + OVERLAP;
            }
        }
        return null;
    }

    /** Returns the first of some prefixes that begins with the given one, or that the given one begins with. */
    private static @Nullable Slice overlapping(Iterable<Slice> others, Slice prefix) {
        byte[] bytes = RawBytes.of(prefix);
        for (Slice other : others) {
            byte[] otherBytes = RawBytes.of(other);
            int common = Math.min(bytes.length, otherBytes.length);
            if (Arrays.equals(bytes, 0, common, otherBytes, 0, common)) {
                return other;
            }
        }
        return null;
    }
}
