package io.nvmredis.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A load that runs for some time. Its methods run on the event loop. */
abstract class Load implements LoadConnection.Listener {
    private final List<LoadConnection> connections;
    private final Operations operations;
    private final ByteBuffer batch;
    private final LoadRecorder recorder;
    private final CompletableFuture<LoadResult> result = new CompletableFuture<>();

    Load(List<LoadConnection> connections, Operations operations, int largestBatch, LoadRecorder recorder) {
        this.connections = connections;
        this.operations = operations;
        this.recorder = recorder;
        this.batch = ByteBuffer.allocateDirect(largestBatch * operations.largestLength());
    }

    /** Begins; the connections are this load's until it ends. */
    void begin() {
        for (LoadConnection connection : connections) {
            connection.begin(this, operations.replyCount());
        }
    }

    final void send(LoadConnection connection, int count, long timeNanos) {
        batch.clear();
        for (int i = 0; i < count; i++) {
            recorder.sent(operations.next(batch));
        }
        batch.flip();
        connection.send(batch, count, timeNanos);
    }

    @Override
    public void answered(LoadConnection connection, int count, long nowNanos) {
        recorder.answered(count, nowNanos);
        for (int i = 0; i < count; i++) {
            recorder.latency(nowNanos - connection.takeTime());
        }
        proceed(connection, nowNanos);
    }

    /** Goes on, after a connection was answered. */
    abstract void proceed(LoadConnection connection, long nowNanos);

    final LoadRecorder recorder() {
        return recorder;
    }

    final List<LoadConnection> connections() {
        return connections;
    }

    /** Operations that are not answered yet. */
    final long pendingCount() {
        long count = 0;
        for (LoadConnection connection : connections) {
            count += connection.pendingCount();
        }
        return count;
    }

    final void end(long unfinishedCount) {
        result.complete(recorder.result(unfinishedCount));
    }

    final boolean isOver() {
        return result.isDone();
    }

    @Override
    public void failed(IOException failure) {
        result.completeExceptionally(failure);
    }

    final CompletableFuture<LoadResult> result() {
        return result;
    }
}
