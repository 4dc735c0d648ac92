package io.nvmredis.it.soak;

import io.nvmredis.it.kit.RespClient;
import io.nvmredis.it.kit.RespClient.RespError;
import java.io.IOException;

/** Replies of servers that may be told to end at any time. */
final class Replies {
    private Replies() {}

    /** Sends a command and waits for its reply. */
    static Object call(RespClient client, String... command) throws IOException {
        return orGone(client.call(command));
    }

    /** A reply of a server that still serves; from one that ends it is as if the connection had ended. */
    static Object orGone(Object reply) throws IOException {
        if (isOfTheEnd(reply)) {
            throw new IOException(reply.toString());
        }
        return reply;
    }

    /** Nothing of the command has happened, and nothing will. */
    static boolean isRefused(Object reply) {
        return isOfTheEnd(reply)
                || isError(reply, "OOM ")
                || isError(reply, "MISCONF ")
                || isError(reply, "EXECABORT ");
    }

    private static boolean isError(Object reply, String beginning) {
        return reply instanceof RespError error && error.message().startsWith(beginning);
    }

    static boolean isOfTheEnd(Object reply) {
        return reply instanceof RespError error && error.message().contains("the server is shutting down");
    }
}
