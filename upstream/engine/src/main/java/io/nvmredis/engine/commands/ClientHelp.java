package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;

/** Reply of CLIENT HELP. */
final class ClientHelp {
    private static final String LINES = """
            CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:
            CACHING (YES|NO)
                With tracking by choice: whether the keys that the next command reads are remembered.
            GETNAME
                The name of this connection.
            GETREDIR
                The client that is told of changed keys: 0 is this one, -1 is none.
            ID
                The number of this connection.
            INFO
                What the server knows of this connection.
            KILL <ip:port>
                Disconnect the client with this address.
            KILL <option> <value> [<option> <value> [...]]
                Disconnect all clients that meet every option:
                ID <id>, ADDR <ip:port>, LADDR <ip:port>, TYPE (NORMAL|MASTER|REPLICA|PUBSUB), USER <name>;
                SKIPME (YES|NO) says whether this client is left out, and is YES if it is not given.
            LIST [TYPE (NORMAL|MASTER|REPLICA|PUBSUB) | ID <id> [<id> ...]]
                What the server knows of its clients, a line for each.
            NO-EVICT (ON|OFF)
                Have others disconnected before this client where the memory of all clients is short.
            NO-TOUCH (ON|OFF)
                Have the commands of this client not count as uses of their keys, but for TOUCH.
            PAUSE <milliseconds> [WRITE|ALL]
                Let commands wait so long, all of them or those that write.
            REPLY (ON|OFF|SKIP)
                Whether this client is sent replies.
            SETNAME <name>
                Name this connection.
            TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [PREFIX <prefix> ...]] [OPTIN|OPTOUT] [NOLOOP]
                Tell this client, or another, when keys change that this one has read, or that have a prefix.
            TRACKINGINFO
                Whether keys are tracked for this client, and how.
            UNBLOCK <id> [TIMEOUT|ERROR]
                Have a client that waits in a blocking command wait no longer.
            UNPAUSE
                End a pause.
            HELP
                This text.""";

    private ClientHelp() {}

    static Slice reply() {
        return Response.array(LINES.lines().map(Response::simpleString).toList());
    }
}
