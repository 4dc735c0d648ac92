package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.exception.WrongValueTypeException;
import com.github.fppt.jedismock.server.Response;
import com.github.fppt.jedismock.storage.RedisBase;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.Demand;
import io.nvmredis.engine.core.SessionState;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Command that takes something from the first of its keys that has it. If no key has it and the command may wait, it
 * waits until a key has it. BLPOP and the like wait; LMOVE, LMPOP, RPOPLPUSH and ZMPOP never do.
 *
 * <p>A command looks at its keys at its own place in the order of commands. While it waits it holds up no other
 * command: its session stays in {@code Waiters}, and the command that brings what it wants has it answered.
 */
public final class BlockingCommand implements OwnCommand {
    static final Map<String, OwnCommand> COMMANDS = Map.ofEntries(
            Map.entry("blmove", new BlockingCommand(ListMove::blmove)),
            Map.entry("blmpop", new BlockingCommand(ListPop::blmpop)),
            Map.entry("blpop", new BlockingCommand(ListPop::blpop)),
            Map.entry("brpop", new BlockingCommand(ListPop::brpop)),
            Map.entry("brpoplpush", new BlockingCommand(ListMove::brpoplpush)),
            Map.entry("bzmpop", new BlockingCommand(SortedSetPop::bzmpop)),
            Map.entry("bzpopmax", new BlockingCommand(SortedSetPop::bzpopmax)),
            Map.entry("bzpopmin", new BlockingCommand(SortedSetPop::bzpopmin)),
            Map.entry("lmove", new BlockingCommand(ListMove::lmove)),
            Map.entry("lmpop", new BlockingCommand(ListPop::lmpop)),
            Map.entry("rpoplpush", new BlockingCommand(ListMove::rpoplpush)),
            Map.entry(
                    "xread",
                    new BlockingCommand(StreamRead::xread, words -> StreamReadWords.refusalInScript("XREAD", words))),
            Map.entry(
                    "xreadgroup",
                    new BlockingCommand(
                            StreamGroupRead::xreadgroup,
                            words -> StreamReadWords.refusalInScript("XREADGROUP", words))),
            Map.entry("zmpop", new BlockingCommand(SortedSetPop::zmpop)));

    private final Parser parser;
    private final Refusal refusalInScript;

    /** Reads the words of a command into a demand, or throws what upstream's commands throw. */
    @FunctionalInterface
    interface Parser {
        Demand parse(RedisBase database, List<Slice> parameters);
    }

    /**
     * Tells why a script may not run a command with these words; null if it may, or if the parser refuses them first.
     */
    @FunctionalInterface
    interface Refusal {
        @Nullable
        String of(List<Slice> parameters);
    }

    private BlockingCommand(Parser parser) {
        this(parser, parameters -> null);
    }

    private BlockingCommand(Parser parser, Refusal refusalInScript) {
        this.parser = parser;
        this.refusalInScript = refusalInScript;
    }

    @Override
    public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        return answer(session, parameters, demand -> {
            if (demand.timeoutMillis() == Demand.NO_WAIT) {
                return demand.orNothing(session.state());
            }
            Slice reply = demand.attempt(session.state());
            return reply == null ? session.await(demand) : reply;
        });
    }

    @Override
    public Slice runWithin(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        String refusal = engine.server().scriptingManager().isRunning() ? refusalInScript.of(parameters) : null;
        return refusal == null
                ? answer(session, parameters, demand -> demand.orNothing(session.state()))
                : Response.error(refusal);
    }

    private Slice answer(CommandSession session, List<Slice> parameters, Function<Demand, Slice> action) {
        try {
            return action.apply(parser.parse(session.state().base(), parameters));
        } catch (ArgumentException | IllegalArgumentException | WrongValueTypeException e) {
            return Response.error(e.getMessage());
        }
    }

    /** Takes from a key what a demand has waited for, and returns the reply; an error if taking it fails. */
    public static Slice take(Demand demand, SessionState state, Slice key) {
        try {
            return demand.take(state, key);
        } catch (ArgumentException | IllegalArgumentException | WrongValueTypeException e) {
            return Response.error(e.getMessage());
        }
    }
}
