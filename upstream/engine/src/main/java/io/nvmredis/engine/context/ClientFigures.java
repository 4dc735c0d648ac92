package io.nvmredis.engine.context;

/**
 * What {@code CLIENT LIST} tells of a connection. Figures of a client that is being served on another thread may be those
 * of a moment ago.
 *
 * @param fileDescriptor -1 where the transport has none
 * @param idleSeconds since something came from the client, or a message went to it
 * @param queryBytes read from it and not run yet
 * @param freeQueryBytes taken by buffers for that beyond what is in them
 * @param commandBytes of the command that is under way or waits
 * @param replyCount batches of replies that wait to be sent
 * @param replyBytes what they take
 * @param totalBytes all that is taken for it
 * @param isHeld whether its next command waits for the end of CLIENT PAUSE
 * @param isExempt whether others are disconnected before it where memory is short
 */
public record ClientFigures(
        String address,
        String localAddress,
        int fileDescriptor,
        long ageSeconds,
        long idleSeconds,
        long queryBytes,
        long freeQueryBytes,
        long commandBytes,
        long replyCount,
        long replyBytes,
        long totalBytes,
        boolean isReading,
        boolean isHeld,
        boolean isExempt) {
    static final ClientFigures NONE =
            new ClientFigures("127.0.0.1:0", "127.0.0.1:0", -1, 0, 0, 0, 0, 0, 0, 0, 0, true, false, false);
}
