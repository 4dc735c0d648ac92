package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Commands that are ours and run like upstream's: CLIENT, CONFIG, INFO, PING, WAIT, WAITAOF, PUBSUB, {@link
 * AccessCommands}, {@link AclCommand}, {@link BlockingCommand}s, {@link CommandCommand}, {@link DatabaseSwap}, {@link DataCommands}, {@link DumpCommands}, {@link ElementScanCommands}, {@link FieldDeadlines},
 * {@link FunctionCallCommand}, {@link FunctionCommands},
 * {@link KeyTransfers}, {@link KeyspaceCommands}, {@link LatencyCommand}, {@link MemoryCommand}, {@link MonitorCommand}, {@link ObjectCommand}, {@link ResetCommand}, {@link SavingCommands}, {@link ScriptCommands},
 * {@link ServerCommands}, {@link ShardCommands}, {@link SlowLogCommand}, {@link SortCommand}, {@link StreamInfo}, those of {@link StreamCommands} that cut a stream, and {@link TransactionCommands}. Our other commands are the {@link UnlockedCommands} and the {@link SteppedCommand}s.
 */
public final class OwnCommands {
    /** Release of Redis whose answers clients may expect. */
    static final String REDIS_VERSION = "7.0.0";

    private static final Map<String, OwnCommand> COMMANDS = new HashMap<>(Map.ofEntries(
            Map.entry("acl", AclCommand::acl),
            Map.entry("asking", ServerCommands::ofCluster),
            Map.entry("auth", AccessCommands::auth),
            Map.entry("bgrewriteaof", SavingCommands::bgrewriteaof),
            Map.entry("bgsave", SavingCommands::bgsave),
            Map.entry("command", new CommandCommand()),
            Map.entry("client", new ClientCommand()),
            Map.entry("config", new ConfigCommand()),
            Map.entry("copy", KeyTransfers::copy),
            Map.entry("dbsize", KeyspaceCommands::dbsize),
            Map.entry("debug", DebugCommand::within),
            Map.entry("discard", TransactionCommands::discard),
            Map.entry("dump", DumpCommands::dump),
            Map.entry("eval", ScriptCommands.eval(false)),
            Map.entry("eval_ro", ScriptCommands.eval(true)),
            Map.entry("evalsha", ScriptCommands.evalsha(false)),
            Map.entry("evalsha_ro", ScriptCommands.evalsha(true)),
            Map.entry("exec", TransactionCommands::exec),
            Map.entry("failover", ServerCommands::failover),
            Map.entry("fcall", new FunctionCallCommand("FCALL", false)),
            Map.entry("fcall_ro", new FunctionCallCommand("FCALL_RO", true)),
            Map.entry("flushall", new KeyspaceCommands.MalformedFlush()),
            Map.entry("flushdb", new KeyspaceCommands.MalformedFlush()),
            Map.entry("function", FunctionCommands::function),
            Map.entry("hello", new AccessCommands.Hello()),
            Map.entry("hexpireat", new FieldDeadlines()),
            Map.entry("hpexpireat", new FieldDeadlines()),
            Map.entry("hscan", ElementScanCommands::hscan),
            Map.entry("info", OwnCommands::info),
            Map.entry("keys", KeyspaceCommands::keys),
            Map.entry("lastsave", SavingCommands::lastsave),
            Map.entry("latency", LatencyCommand::latency),
            Map.entry("lolwut", ServerCommands::lolwut),
            Map.entry("memory", MemoryCommand::memory),
            Map.entry("module", ServerCommands::module),
            Map.entry("monitor", new MonitorCommand()),
            Map.entry("move", KeyTransfers::move),
            Map.entry("object", ObjectCommand::object),
            Map.entry("ping", SubscriberRules::ping),
            Map.entry("psync", new ReplicaCommands.Psync()),
            Map.entry("pubsub", new PubSubCommand()),
            Map.entry("randomkey", KeyspaceCommands::randomkey),
            Map.entry("readonly", ServerCommands::ofCluster),
            Map.entry("readwrite", ServerCommands::ofCluster),
            Map.entry("rename", KeyTransfers::rename),
            Map.entry("renamenx", KeyTransfers::renamenx),
            Map.entry("replconf", ReplicaCommands::replconf),
            Map.entry("replicaof", ReplicaCommands::replicaof),
            Map.entry("reset", new ResetCommand()),
            Map.entry("role", ReplicaCommands::role),
            Map.entry("restore", DumpCommands::restore),
            Map.entry("restore-asking", DumpCommands::restore),
            Map.entry("script", ScriptCommands::script),
            Map.entry("scan", KeyspaceCommands::scan),
            Map.entry("slaveof", ReplicaCommands::replicaof),
            Map.entry("slowlog", SlowLogCommand::slowlog),
            Map.entry("sort", SortCommand::sort),
            Map.entry("sort_ro", SortCommand::sortRo),
            Map.entry("select", KeyspaceCommands::select),
            Map.entry("spublish", ShardCommands::spublish),
            Map.entry("sscan", ElementScanCommands::sscan),
            Map.entry("ssubscribe", ShardCommands::ssubscribe),
            Map.entry("sunsubscribe", ShardCommands::sunsubscribe),
            Map.entry("swapdb", DatabaseSwap::swapdb),
            Map.entry("sync", new ReplicaCommands.Sync()),
            Map.entry("wait", new WaitCommand()),
            Map.entry("waitaof", OwnCommands::waitaof),
            Map.entry("xinfo", StreamInfo::xinfo),
            Map.entry("zscan", ElementScanCommands::zscan)));

    static {
        COMMANDS.putAll(BlockingCommand.COMMANDS);
        COMMANDS.putAll(StreamCommands.CUTTING);
        DataCommands.COMMANDS.forEach((name, command) -> COMMANDS.put(name, command.asOwn()));
    }

    private OwnCommands() {}

    public static @Nullable OwnCommand find(String name) {
        return COMMANDS.get(name);
    }

    private static Slice info(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return Response.bulkString(Slice.create(new InfoReport(engine)
                .of(parameters.stream().map(Slice::toString).toList())));
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
}
