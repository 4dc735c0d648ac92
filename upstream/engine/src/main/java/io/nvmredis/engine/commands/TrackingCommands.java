package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.tracking.TrackingClient;
import io.nvmredis.engine.tracking.TrackingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** CLIENT TRACKING, CACHING, GETREDIR and TRACKINGINFO. They hold the engine's lock. */
final class TrackingCommands {
    private static final String NOT_TRACKING =
            "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode enabled";

    private TrackingCommands() {}

    static Slice tracking(CommandEngine engine, CommandSession session, List<Slice> words) {
        Arguments arguments = new Arguments(words);
        TrackingRequest request = TrackingRequest.read(engine, arguments);
        if (arguments.is(1, "on")) {
            String refusal = request.refusal(session.tracking().client());
            if (refusal != null) {
                return Response.error(refusal);
            }
            engine.invalidations().on(session.tracking().clientToBe(), request.options(), request.prefixes());
        } else if (arguments.is(1, "off")) {
            session.tracking().stop();
        } else {
            throw Arguments.syntaxError();
        }
        return Response.OK;
    }

    static Slice caching(CommandEngine engine, CommandSession session, List<Slice> words) {
        TrackingClient client = session.tracking().client();
        if (client == null || !client.isOn()) {
            return Response.error(NOT_TRACKING);
        }
        Arguments arguments = new Arguments(words);
        if (arguments.is(1, "yes")) {
            requireMode(client.options().isOptIn(), "YES", "OPTIN");
        } else if (arguments.is(1, "no")) {
            requireMode(client.options().isOptOut(), "NO", "OPTOUT");
        } else {
            throw Arguments.syntaxError();
        }
        client.caching(true);
        return Response.OK;
    }

    private static void requireMode(boolean isOn, String word, String mode) {
        if (!isOn) {
            throw new ArgumentException(
                    "ERR CLIENT CACHING " + word + " is only valid when tracking is enabled in " + mode + " mode.");
        }
    }

    static Slice getredir(CommandEngine engine, CommandSession session, List<Slice> words) {
        return Response.integer(redirect(session));
    }

    /** Returns the client that gets the messages for a session, 0 if it is itself, -1 if it does not track. */
    static long redirect(CommandSession session) {
        TrackingClient client = session.tracking().client();
        return client == null || !client.isOn() ? -1 : client.options().redirect();
    }

    static Slice trackinginfo(CommandEngine engine, CommandSession session, List<Slice> words) {
        TrackingClient client = session.tracking().client();
        Stream<Slice> prefixes =
                client == null ? Stream.empty() : client.prefixes().stream().map(Response::bulkString);
        return Response.array(
                TextReplies.text("flags"),
                Response.array(flags(client).stream().map(TextReplies::text).toList()),
                TextReplies.text("redirect"),
                Response.integer(redirect(session)),
                TextReplies.text("prefixes"),
                Response.array(prefixes.toList()));
    }

    private static List<String> flags(@Nullable TrackingClient client) {
        if (client == null || !client.isOn()) {
            return List.of("off");
        }
        TrackingOptions options = client.options();
        List<String> flags = new ArrayList<>(List.of("on"));
        add(flags, options.isBroadcast(), "bcast");
        add(flags, options.isOptIn(), "optin");
        add(flags, options.isOptIn() && client.isCaching(), "caching-yes");
        add(flags, options.isOptOut(), "optout");
        add(flags, options.isOptOut() && client.isCaching(), "caching-no");
        add(flags, options.isNoLoop(), "noloop");
        add(flags, client.hasBrokenRedirect(), "broken_redirect");
        return flags;
    }

    private static void add(List<String> flags, boolean isSet, String flag) {
        if (isSet) {
            flags.add(flag);
        }
    }
}
