package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.catalog.CommandSpec;
import io.nvmredis.engine.catalog.CommandSpec.Trait;
import io.nvmredis.engine.catalog.CommandTable;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Commands that are ours and run like upstream's: CLIENT, COMMAND, CONFIG, INFO, PING, WAIT, WAITAOF, PUBSUB, {@link
 * AccessCommands}, {@link BlockingCommand}s, {@link DatabaseSwap}, {@link DataCommands}, {@link DumpCommands}, {@link ElementScanCommands}, {@link FieldDeadlines},
 * {@link KeyTransfers}, {@link KeyspaceCommands}, {@link MemoryCommand}, {@link MonitorCommand}, {@link ObjectCommand}, {@link ResetCommand}, {@link SavingCommands}, {@link ScriptCommands},
 * {@link ShardCommands}, {@link SortCommand} and {@link TransactionCommands}. Our other commands are the {@link UnlockedCommands} and the {@link SteppedCommand}s.
 */
public final class OwnCommands {
    /** Release of Redis whose answers clients may expect. */
    static final String REDIS_VERSION = "7.0.0";

    /** Traits that Redis does not report of a command. */
    private static final Set<Trait> UNTOLD = EnumSet.of(
            Trait.KEYS_ONLY,
            Trait.ONE_FIELD,
            Trait.UNLOCKED,
            Trait.GUARDED,
            Trait.MAY_REPLICATE,
            Trait.TELLS_DISK_ERROR);

    private static final Map<String, OwnCommand> COMMANDS = new HashMap<>(Map.ofEntries(
            Map.entry("auth", AccessCommands::auth),
            Map.entry("bgrewriteaof", SavingCommands::bgrewriteaof),
            Map.entry("bgsave", SavingCommands::bgsave),
            Map.entry("command", OwnCommands::command),
            Map.entry("client", new ClientCommand()),
            Map.entry("config", new ConfigCommand()),
            Map.entry("copy", KeyTransfers::copy),
            Map.entry("dbsize", KeyspaceCommands::dbsize),
            Map.entry("discard", TransactionCommands::discard),
            Map.entry("dump", DumpCommands::dump),
            Map.entry("eval", ScriptCommands.eval(false)),
            Map.entry("eval_ro", ScriptCommands.eval(true)),
            Map.entry("evalsha", ScriptCommands.evalsha(false)),
            Map.entry("evalsha_ro", ScriptCommands.evalsha(true)),
            Map.entry("exec", TransactionCommands::exec),
            Map.entry("flushall", new KeyspaceCommands.MalformedFlush()),
            Map.entry("flushdb", new KeyspaceCommands.MalformedFlush()),
            Map.entry("hello", new AccessCommands.Hello()),
            Map.entry("hexpireat", new FieldDeadlines()),
            Map.entry("hpexpireat", new FieldDeadlines()),
            Map.entry("hscan", ElementScanCommands::hscan),
            Map.entry("info", OwnCommands::info),
            Map.entry("keys", KeyspaceCommands::keys),
            Map.entry("lastsave", SavingCommands::lastsave),
            Map.entry("memory", MemoryCommand::memory),
            Map.entry("monitor", new MonitorCommand()),
            Map.entry("move", KeyTransfers::move),
            Map.entry("object", ObjectCommand::object),
            Map.entry("ping", SubscriberRules::ping),
            Map.entry("pubsub", new PubSubCommand()),
            Map.entry("randomkey", KeyspaceCommands::randomkey),
            Map.entry("rename", KeyTransfers::rename),
            Map.entry("renamenx", KeyTransfers::renamenx),
            Map.entry("reset", new ResetCommand()),
            Map.entry("restore", DumpCommands::restore),
            Map.entry("restore-asking", DumpCommands::restore),
            Map.entry("script", ScriptCommands::script),
            Map.entry("scan", KeyspaceCommands::scan),
            Map.entry("sort", SortCommand::sort),
            Map.entry("sort_ro", SortCommand::sortRo),
            Map.entry("select", KeyspaceCommands::select),
            Map.entry("spublish", ShardCommands::spublish),
            Map.entry("sscan", ElementScanCommands::sscan),
            Map.entry("ssubscribe", ShardCommands::ssubscribe),
            Map.entry("sunsubscribe", ShardCommands::sunsubscribe),
            Map.entry("swapdb", DatabaseSwap::swapdb),
            Map.entry("wait", OwnCommands::await),
            Map.entry("waitaof", OwnCommands::waitaof),
            Map.entry("zscan", ElementScanCommands::zscan)));

    static {
        COMMANDS.putAll(BlockingCommand.COMMANDS);
        DataCommands.COMMANDS.forEach((name, command) -> COMMANDS.put(name, command.asOwn()));
    }

    private OwnCommands() {}

    public static @Nullable OwnCommand find(String name) {
        return COMMANDS.get(name);
    }

    private static Slice info(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return Response.bulkString(Slice.create(new InfoReport(engine).of(parameters)));
    }

    /** Answers WAIT at once: there are no replicas that could confirm anything. */
    private static Slice await(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        new Arguments(parameters).integer(0);
        DemandWords.milliseconds(parameters.get(1));
        return Response.integer(0);
    }

    /**
     * Answers WAITAOF at once: a reply is sent only after its client's writes are durable, so the local log has them.
     */
    private static Slice waitaof(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        Arguments arguments = new Arguments(parameters);
        if (arguments.integer(0) >>> 1 != 0) {
            throw new ArgumentException("ERR value is out of range, value must between 0 and 1");
        }
        arguments.positive(1, Arguments.NOT_POSITIVE);
        DemandWords.milliseconds(parameters.get(2));
        return Response.array(Response.integer(engine.persister().keepsTransactions() ? 1 : 0), Response.integer(0));
    }

    private static Slice command(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        String subcommand =
                parameters.isEmpty() ? "" : parameters.get(0).toString().toLowerCase(Locale.ROOT);
        return switch (subcommand) {
            case "" -> describe(CommandTable.all());
            case "count" -> Response.integer(CommandTable.all().size());
            case "docs" -> Response.EMPTY_ARRAY;
            case "list" ->
                Response.array(CommandTable.all().stream()
                        .map(spec -> Response.bulkString(Slice.create(spec.name())))
                        .toList());
            case "info" -> describe(engine, parameters.subList(1, parameters.size()));
            default -> Response.error("ERR unknown subcommand '" + subcommand + "'. Try COMMAND HELP.");
        };
    }

    private static Slice describe(Collection<CommandSpec> commands) {
        return Response.array(commands.stream().map(OwnCommands::describe).toList());
    }

    private static Slice describe(CommandEngine engine, List<Slice> names) {
        if (names.isEmpty()) {
            return describe(CommandTable.all());
        }
        List<Slice> described = new ArrayList<>();
        long bytes = 0;
        for (Slice name : names) {
            CommandSpec spec = CommandTable.find(name.toString());
            Slice description = spec == null ? Response.NULL_ARRAY : describe(spec);
            bytes = engine.guard().replies(bytes, description);
            described.add(description);
        }
        return Response.array(described);
    }

    private static Slice describe(CommandSpec spec) {
        return Response.array(
                Response.bulkString(Slice.create(spec.name())),
                Response.integer(spec.arity()),
                Response.array(spec.traits().stream()
                        .filter(trait -> !UNTOLD.contains(trait))
                        .map(OwnCommands::flag)
                        .map(Response::simpleString)
                        .toList()),
                Response.integer(spec.firstKey()),
                Response.integer(spec.lastKey()),
                Response.integer(spec.keyStep()),
                Response.EMPTY_ARRAY,
                Response.EMPTY_ARRAY,
                Response.EMPTY_ARRAY,
                Response.EMPTY_ARRAY);
    }

    private static String flag(Trait trait) {
        return switch (trait) {
            case SCRIPT -> "noscript";
            default -> trait.name().toLowerCase(Locale.ROOT);
        };
    }
}
