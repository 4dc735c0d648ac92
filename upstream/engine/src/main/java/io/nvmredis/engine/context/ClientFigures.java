package io.nvmredis.engine.context;

/**
 * Figures that {@code CLIENT LIST} shows of a connection. Figures of a client that is being served on another thread
 * may be a moment old.
 *
 * @param fileDescriptor -1 where the transport has none
 * @param idleSeconds seconds since something came from the client, or a message went to it
 * @param queryBytes bytes that were read from the client and have not been run yet
 * @param freeQueryBytes bytes of query buffers that are not filled
 * @param commandBytes bytes of the command that is under way or waits
 * @param replyCount batches of replies that wait to be sent
 * @param replyBytes bytes that these replies take
 * @param totalBytes all bytes that are taken for the client
 * @param isHeld whether the client's next command waits for the end of CLIENT PAUSE
 * @param isExempt whether other clients are disconnected before this client where memory is short
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
    /** Returns the client's address without its port, and without the brackets of IPv6. */
    public String host() {
        String host = address.substring(0, Math.max(0, address.lastIndexOf(':')));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    static final ClientFigures NONE =
            new ClientFigures("127.0.0.1:0", "127.0.0.1:0", -1, 0, 0, 0, 0, 0, 0, 0, 0, true, false, false);
}
