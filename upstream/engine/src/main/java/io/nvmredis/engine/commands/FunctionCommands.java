package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.context.LibraryPayloads;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.Functions.Restoring;
import io.nvmredis.engine.script.FunctionLibrary;
import io.nvmredis.engine.script.ScriptException;
import io.nvmredis.spi.errors.PersistenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** FUNCTION. Arity and names of the subcommands have been checked. */
public final class FunctionCommands {
    private static final String NO_PAYLOADS = "ERR libraries of functions cannot be dumped or restored here";

    private FunctionCommands() {}

    public static Slice function(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        List<Slice> options = parameters.subList(1, parameters.size());
        return switch (parameters.get(0).toString().toLowerCase(Locale.ROOT)) {
            case "load" -> load(engine, session, options);
            case "delete" -> delete(engine, options.get(0));
            case "flush" -> flush(engine, parameters);
            case "list" -> FunctionList.of(engine, options);
            case "dump" -> dump(engine);
            case "restore" -> restore(engine, session, parameters);
            case "kill" -> engine.scripts().kill(true);
            case "stats" -> FunctionStats.of(engine);
            default -> FunctionHelp.reply();
        };
    }

    private static Slice load(CommandEngine engine, CommandSession session, List<Slice> options) {
        boolean isReplacing = false;
        for (Slice option : options.subList(0, options.size() - 1)) {
            if (!Words.equalsIgnoreCase(RawBytes.of(option), "replace")) {
                return error("ERR Unknown option given: " + Words.text(RawBytes.of(option)));
            }
            isReplacing = true;
        }
        String refusal = session.refusalOfLibrary(options);
        if (refusal != null) {
            return Response.error(refusal);
        }
        try {
            return Response.bulkString(Slice.create(
                    engine.functions().load(RawBytes.of(options.get(options.size() - 1)), isReplacing)));
        } catch (ScriptException e) {
            return error(e.error());
        }
    }

    /** Makes an error of a text whose characters stand for bytes, as they do where a client's own words come back. */
    private static Slice error(String text) {
        return Slice.create(Words.bytes("-" + text.replace('\r', ' ').replace('\n', ' ') + "\r\n"));
    }

    private static Slice delete(CommandEngine engine, Slice name) {
        return engine.functions().delete(Words.text(RawBytes.of(name)))
                ? Response.OK
                : Response.error("ERR Library not found");
    }

    private static Slice flush(CommandEngine engine, List<Slice> parameters) {
        if (parameters.size() > 2) {
            return surplus(parameters);
        }
        String mode =
                parameters.size() == 1 ? "sync" : parameters.get(1).toString().toLowerCase(Locale.ROOT);
        if (!mode.equals("sync") && !mode.equals("async")) {
            return Response.error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
        }
        engine.functions().flush();
        return Response.OK;
    }

    private static Slice surplus(List<Slice> parameters) {
        return Response.error("ERR unknown subcommand or wrong number of arguments for '" + parameters.get(0)
                + "'. Try FUNCTION HELP.");
    }

    private static Slice dump(CommandEngine engine) {
        LibraryPayloads payloads = engine.context().libraryPayloads();
        if (payloads == null) {
            return Response.error(NO_PAYLOADS);
        }
        List<byte[]> codes = new ArrayList<>();
        long bytes = 0;
        for (FunctionLibrary library : engine.functions().libraries()) {
            bytes = engine.guard().replies(bytes, Slice.create(library.code()));
            codes.add(library.code());
        }
        return Response.bulkString(Slice.create(payloads.dump().apply(codes)));
    }

    private static Slice restore(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        if (parameters.size() > 3) {
            return surplus(parameters);
        }
        Restoring restoring = Restoring.APPEND;
        if (parameters.size() == 3) {
            try {
                restoring = Restoring.valueOf(parameters.get(2).toString().toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                return Response.error(
                        "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
            }
        }
        LibraryPayloads payloads = engine.context().libraryPayloads();
        if (payloads == null) {
            return Response.error(NO_PAYLOADS);
        }
        String refusal = session.refusalOfLibrary(parameters);
        if (refusal != null) {
            return Response.error(refusal);
        }
        try {
            engine.functions().restore(payloads.read().apply(RawBytes.of(parameters.get(1))), restoring);
            return Response.OK;
        } catch (PersistenceException e) {
            return Response.error("ERR " + e.getMessage());
        } catch (ScriptException e) {
            return error(e.error());
        }
    }
}
