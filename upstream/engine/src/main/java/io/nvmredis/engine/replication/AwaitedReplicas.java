package io.nvmredis.engine.replication;

import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.LongToIntFunction;

/**
 * A client that waits until some replicas have all of the stream before a position.
 *
 * @param position the position
 * @param replicaCount how many replicas must have come so far
 * @param isWaiting tells whether the client still waits for this
 * @param answer is given the number of replicas when there are enough
 */
public record AwaitedReplicas(long position, long replicaCount, BooleanSupplier isWaiting, IntConsumer answer) {

    boolean isOver() {
        return !isWaiting.getAsBoolean();
    }

    /** Answers the client if enough replicas have come so far. Returns whether the client waits no more. */
    boolean look(LongToIntFunction counts) {
        if (isOver()) {
            return true;
        }
        int count = counts.applyAsInt(position);
        if (count < replicaCount) {
            return false;
        }
        answer.accept(count);
        return true;
    }
}
