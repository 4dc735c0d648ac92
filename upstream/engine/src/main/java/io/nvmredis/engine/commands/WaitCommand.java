package io.nvmredis.engine.commands;

import com.github.fppt.jedismock.datastructures.Slice;
import com.github.fppt.jedismock.server.Response;
import io.nvmredis.engine.catalog.Arguments;
import io.nvmredis.engine.core.CommandEngine;
import io.nvmredis.engine.core.CommandSession;
import io.nvmredis.engine.core.Demand;
import io.nvmredis.engine.core.SessionState;
import io.nvmredis.engine.replication.AwaitedReplicas;
import io.nvmredis.engine.replication.Replication;
import io.nvmredis.spi.ValueType;
import java.util.List;

/**
 * WAIT: answers how many replicas have all writes so far, when they are as many as the client wants or its time is up.
 * In a transaction it answers at once.
 */
final class WaitCommand implements OwnCommand {
    @Override
    public Slice run(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        long wanted = new Arguments(parameters).integer(0);
        long timeout = DemandWords.milliseconds(parameters.get(1));
        Replication replication = engine.replication();
        long position = replication.appendedPosition();
        int count = replication.countAt(position);
        if (count >= wanted) {
            return Response.integer(count);
        }
        Demand demand = new ReplicasDemand(timeout, replication, position);
        Slice reply = session.await(demand);
        replication.await(new AwaitedReplicas(
                position,
                wanted,
                () -> session.isWaitingFor(demand),
                reached -> session.unblock(Response.integer(reached))));
        return reply;
    }

    @Override
    public Slice runWithin(CommandEngine engine, CommandSession session, List<Slice> parameters) {
        new Arguments(parameters).integer(0);
        DemandWords.milliseconds(parameters.get(1));
        Replication replication = engine.replication();
        return Response.integer(replication.countAt(replication.appendedPosition()));
    }

    /** Demand for replicas that have come far enough: no key can meet it. */
    private static final class ReplicasDemand extends Demand {
        private final Replication replication;
        private final long position;

        ReplicasDemand(long timeoutMillis, Replication replication, long position) {
            super(List.of(), timeoutMillis);
            this.replication = replication;
            this.position = position;
        }

        @Override
        public ValueType type() {
            return ValueType.STRING;
        }

        @Override
        public boolean writes() {
            return false;
        }

        @Override
        public Slice take(SessionState state, Slice key) {
            throw new IllegalStateException("no key has replicas");
        }

        @Override
        public Slice expired() {
            return Response.integer(replication.countAt(position));
        }
    }
}
