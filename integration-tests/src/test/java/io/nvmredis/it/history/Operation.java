package io.nvmredis.it.history;

import java.util.List;

/**
 * What one client did to one object, with the time before it was sent and the time after its reply had come.
 *
 * <p>An operation that was not answered ends when its connection breaks: by then it has happened, or it never will, since
 * the server that would do it is gone.
 *
 * @param result the reply; of no meaning if it was not answered
 */
record Operation(
        int client,
        String name,
        List<String> arguments,
        Object result,
        boolean isAnswered,
        long beginNanos,
        long endNanos) {

    /** The same, as if the reply had never come. */
    Operation withoutAnswer() {
        return new Operation(client, name, arguments, null, false, beginNanos, endNanos);
    }

    boolean isRead() {
        return name.equals("get");
    }

    @Override
    public String toString() {
        return "client " + client + ", " + beginNanos / 1_000 + " to " + endNanos / 1_000 + " us: " + name + " "
                + String.join(" ", arguments) + (isAnswered ? " -> " + result : ", not answered");
    }
}
