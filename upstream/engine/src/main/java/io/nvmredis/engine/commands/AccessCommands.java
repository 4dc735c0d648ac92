package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.access.User;
import io.nvmredis.engine.access.Users;
import io.nvmredis.engine.bytes.RawBytes;
import io.nvmredis.engine.bytes.Words;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** AUTH and HELLO, by which a client says who it is. Both may run while other threads hold the engine's lock. */
public final class AccessCommands {
    private static final String UNAUTHENTICATED_HELLO =
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass>"
                    + " option can be used to authenticate the client and select the RESP protocol version at the same time";
    private static final String WRONG = "WRONGPASS invalid username-password pair or user is disabled.";
    private static final String NO_PASSWORD =
            "ERR AUTH <password> called without any password configured for the default"
                    + " user. Are you sure your configuration is correct?";
    /** Greatest length of a name, which is kept as long as the client is connected. */
    private static final int MAX_CLIENT_NAME = 4 << 10;

    static final String BAD_CLIENT_NAME = "ERR Client names cannot contain spaces, newlines or special characters.";

    private AccessCommands() {}

    public static Slice auth(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        if (parameters.size() > 2) {
            return Response.error("ERR syntax error");
        }
        if (parameters.size() == 1 && engine.access().users().defaultNeedsNoPassword()) {
            return Response.error(NO_PASSWORD);
        }
        String user = parameters.size() == 1 ? Users.DEFAULT : Words.text(RawBytes.of(parameters.get(0)));
        String refusal = authenticate(engine, session, "AUTH", user, parameters.get(parameters.size() - 1));
        return refusal == null ? Response.OK : Response.error(refusal);
    }

    /** Makes the client this user; returns why it is not, or null. */
    private static @Nullable String authenticate(
            CommandEngine engine, CommandSession session, String command, String name, Slice password) {
        User user = engine.access().users().authenticate(name, RawBytes.of(password));
        if (user != null && session.authenticate(user)) {
            return null;
        }
        session.gaveWrongPassword(command, name);
        return WRONG;
    }

    /** HELLO. It agrees on the protocol's version, which is not changed unless all that it asks for is granted. */
    public static final class Hello implements OwnCommand {
        private static final int RESP2 = 2;
        private static final int RESP3 = 3;

        @Override
        public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
            long version = 0;
            if (!parameters.isEmpty()) {
                version =
                        new Arguments(parameters).integer(0, "ERR Protocol version is not an integer or out of range");
                if (version < RESP2 || version > RESP3) {
                    return Response.error("NOPROTO unsupported protocol version");
                }
            }
            String name = null;
            for (int i = 1; i < parameters.size(); i++) {
                String option = parameters.get(i).toString().toLowerCase(Locale.ROOT);
                String refusal;
                if (option.equals("setname") && i + 1 < parameters.size()) {
                    name = parameters.get(++i).toString();
                    refusal = isClientName(RawBytes.of(parameters.get(i))) ? null : BAD_CLIENT_NAME;
                } else if (option.equals("auth") && i + 2 < parameters.size()) {
                    String user = Words.text(RawBytes.of(parameters.get(++i)));
                    refusal = authenticate(engine, session, "HELLO", user, parameters.get(++i));
                } else {
                    refusal = "ERR Syntax error in HELLO option '" + parameters.get(i) + "'";
                }
                if (refusal != null) {
                    return Response.error(refusal);
                }
            }
            if (session.mustAuthenticate()) {
                return Response.error(UNAUTHENTICATED_HELLO);
            }
            if (name != null) {
                nameClient(session, name);
            }
            if (version != 0) {
                session.state().useResp3(version == RESP3);
            }
            return greeting(session);
        }

        /** Returns the reply of HELLO: names and values in turn. */
        private static Slice greeting(CommandSession session) {
            return Response.array(
                    text("server"),
                    text("redis"),
                    text("version"),
                    text(OwnCommands.REDIS_VERSION),
                    text("proto"),
                    Response.integer(session.state().isResp3() ? RESP3 : RESP2),
                    text("id"),
                    Response.integer(session.id()),
                    text("mode"),
                    text("standalone"),
                    text("role"),
                    text("master"),
                    text("modules"),
                    Response.EMPTY_ARRAY);
        }

        private static Slice text(String text) {
            return Response.bulkString(Slice.create(text));
        }
    }

    /** Names the client; an empty name removes the name that it has. */
    static void nameClient(CommandSession session, String name) {
        session.state().setClientName(name.isEmpty() ? null : name);
    }

    /** Tells whether a client may have this name: printable ASCII without blanks, of bounded length. */
    static boolean isClientName(byte[] name) {
        for (byte letter : name) {
            if (letter <= ' ' || letter > '~') {
                return false;
            }
        }
        return name.length <= MAX_CLIENT_NAME;
    }
}
