package io.nvmredis.bench.load;

import java.util.List;

/**
 * Each connection sends a batch, waits until all of it is answered, and sends the next: as many operations as the
 * server takes. Its latency is that of a server at its limit, and it is measured from the actual sending: while the
 * server stalls nothing is sent, so a stall counts once per operation under way and not for all that would have come.
 */
final class ClosedLoop extends Load {
    private final int pipeline;

    ClosedLoop(List<LoadConnection> connections, Operations operations, int pipeline, LoadRecorder recorder) {
        super(connections, operations, pipeline, recorder);
        this.pipeline = pipeline;
    }

    @Override
    void begin() {
        super.begin();
        for (LoadConnection connection : connections()) {
            send(connection, pipeline, System.nanoTime());
        }
    }

    @Override
    void proceed(LoadConnection connection, long nowNanos) {
        if (connection.pendingCount() > 0) {
            return;
        }
        if (nowNanos < recorder().endNanos()) {
            // Not the time of the reading: other connections may have been served since.
            send(connection, pipeline, System.nanoTime());
        } else if (pendingCount() == 0) {
            end(0);
        }
    }
}
