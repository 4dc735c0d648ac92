package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.SubscriptionRegistry;
import io.nvmredis.engine.bytes.GlobPattern;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

/** PUBSUB. It needs no lock: the registries have their own. */
final class PubSubCommand implements OwnCommand {
    private static final String HELP = """
            PUBSUB <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            CHANNELS [<pattern>]
                Return the channels with subscribers that match <pattern>, or all.
            NUMPAT
                Return the number of patterns with subscribers.
            NUMSUB [<channel> ...]
                Return the number of subscribers of channels; those of patterns do not count.
            SHARDCHANNELS [<pattern>]
                Return the shard channels with subscribers that match <pattern>, or all.
            SHARDNUMSUB [<shardchannel> ...]
                Return the number of subscribers of shard channels.
            HELP
                Print this help.""";

    @Override
    public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        SubscriptionRegistry registry = engine.server().subscriptionRegistry();
        String subcommand = parameters.get(0).toString().toLowerCase(Locale.ROOT);
        return switch (subcommand) {
            case "channels" ->
                parameters.size() > 2 ? wrongNumber(subcommand) : channels(registry.getChannels(), parameters);
            case "numsub" -> counts(registry::getSubscribersCount, parameters.subList(1, parameters.size()));
            case "numpat" -> parameters.size() > 1 ? wrongNumber(subcommand) : Response.integer(registry.getNumpat());
            case "shardchannels" ->
                parameters.size() > 2
                        ? wrongNumber(subcommand)
                        : channels(engine.shardChannels().all(), parameters);
            case "shardnumsub" ->
                counts(engine.shardChannels()::subscriberCount, parameters.subList(1, parameters.size()));
            case "help" -> ObjectCommand.help(HELP);
            default ->
                Response.error("ERR unknown subcommand '" + Words.excerpt(RawBytes.of(parameters.get(0)))
                        + "'. Try PUBSUB HELP.");
        };
    }

    private static Slice channels(Iterable<Slice> channels, List<Slice> parameters) {
        GlobPattern pattern =
                new GlobPattern(parameters.size() > 1 ? RawBytes.of(parameters.get(1)) : new byte[] {'*'});
        List<Slice> found = new ArrayList<>();
        for (Slice channel : channels) {
            if (pattern.matches(RawBytes.of(channel))) {
                found.add(Response.bulkString(channel));
            }
        }
        return Response.array(found);
    }

    private static Slice counts(ToIntFunction<Slice> count, List<Slice> channels) {
        List<Slice> counts = new ArrayList<>();
        for (Slice channel : channels) {
            counts.add(Response.bulkString(channel));
            counts.add(Response.integer(count.applyAsInt(channel)));
        }
        return Response.array(counts);
    }

    private static Slice wrongNumber(String subcommand) {
        return Response.error(ErrorReplies.wrongNumber("pubsub|" + subcommand));
    }
}
