package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.exception.ArgumentException;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.errors.ErrorReplies;
import io.nvmredis.engine.replication.ReplicaOptions;
import io.nvmredis.engine.replication.ReplicaState;
import io.nvmredis.engine.replication.Replication;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Commands by which replicas follow this server: REPLCONF, PSYNC and SYNC; ROLE, which shows the replicas; and
 * REPLICAOF, since this server follows no other. They hold the engine's lock.
 */
public final class ReplicaCommands {
    private static final String FOLLOWS_NOBODY =
            "ERR this server does not follow another; import takes over the data of a Redis: see README.md";

    private static final int MAX_PORT = 65_535;

    private ReplicaCommands() {}

    /** PSYNC and SYNC: make the connection a replica's. They have no reply; what follows is sent beside replies. */
    private abstract static class Following implements OwnCommand {
        @Override
        public final boolean isQueued() {
            return false;
        }

        @Override
        public final Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
            if (session.state().isTransactionModeOn()) {
                session.state().errorTransaction();
                return Response.error("ERR Command not allowed inside a transaction");
            }
            if (session.state().isReplica()) {
                return Response.SKIP;
            }
            follow(engine, session, parameters);
            return Response.SKIP;
        }

        abstract void follow(CommandEngine engine, CommandSession session, List<Slice> parameters);
    }

    /** {@code PSYNC history position}: the position of the next byte counts from 1. */
    static final class Psync extends Following {
        @Override
        void follow(CommandEngine engine, CommandSession session, List<Slice> parameters) {
            long next = new Arguments(parameters).integer(1);
            engine.replication()
                    .serve(session, session.state().replica(), parameters.get(0).toString(), next - 1);
        }
    }

    /** {@code SYNC}, of old replicas and of tools. */
    static final class Sync extends Following {
        @Override
        void follow(CommandEngine engine, CommandSession session, List<Slice> parameters) {
            engine.replication().serve(session, session.state().replica());
        }
    }

    /** {@code REPLCONF option value …}: what a replica says of itself. Its acknowledgements have no reply. */
    public static Slice replconf(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        if (parameters.size() % 2 != 0) {
            throw new ArgumentException(ErrorReplies.SYNTAX);
        }
        Arguments arguments = new Arguments(parameters);
        ReplicaOptions options = session.state().replica();
        for (int i = 0; i < parameters.size(); i += 2) {
            String value = parameters.get(i + 1).toString();
            switch (parameters.get(i).toString().toLowerCase(Locale.ROOT)) {
                case "listening-port" -> options.port(port(arguments.integer(i + 1)));
                case "ip-address" -> options.host(hostName(value));
                case "capa" -> {
                    if (value.equalsIgnoreCase("psync2")) {
                        options.understandsNames();
                    }
                }
                case "ack" -> {
                    engine.replication().acknowledge(options, arguments.integer(i + 1));
                    return Response.SKIP;
                }
                case "getack" -> {
                    return Response.SKIP;
                }
                case "rdb-only" -> options.wantsCopyAlone(arguments.integer(i + 1) != 0);
                default -> throw new ArgumentException("ERR Unrecognized REPLCONF option: " + parameters.get(i));
            }
        }
        return Response.OK;
    }

    private static int port(long port) {
        if (port < 0 || port > MAX_PORT) {
            throw new ArgumentException("ERR value is not an integer or out of range");
        }
        return (int) port;
    }

    /** Checks a name, which is shown to other clients in lines of text. */
    private static String hostName(String name) {
        if (!name.matches("[\\w.:%-]{1,255}")) {
            throw new ArgumentException("ERR REPLCONF ip-address provided by replica instance is too long: "
                    + name.length() + " bytes, or no address");
        }
        return name;
    }

    static Slice role(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        Replication replication = engine.replication();
        List<Slice> replicas = new ArrayList<>();
        for (ReplicaState state : replication.states()) {
            if (state.isOnline()) {
                replicas.add(Response.array(
                        TextReplies.text(state.address().host()),
                        TextReplies.text(Integer.toString(state.address().port())),
                        TextReplies.text(Long.toString(state.position()))));
            }
        }
        return Response.array(
                TextReplies.text("master"), Response.integer(replication.position()), Response.array(replicas));
    }

    static Slice replicaof(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        boolean isNobody = parameters.get(0).toString().equalsIgnoreCase("no")
                && parameters.get(1).toString().equalsIgnoreCase("one");
        return isNobody ? Response.OK : Response.error(FOLLOWS_NOBODY);
    }
}
