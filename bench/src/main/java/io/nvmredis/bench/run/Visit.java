package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.LoadResult;
import io.nvmredis.bench.load.Operations;
import io.nvmredis.bench.load.Workload;
import io.nvmredis.bench.result.Sample;
import java.io.IOException;
import org.HdrHistogram.Histogram;

/** One arm in one round: a fresh server on a fresh directory, warmed up, then one load after another. */
final class Visit {
    private static final double WARM_UP_PART = 0.25;
    private static final int FILL_PIPELINE = 32;

    private final Plan plan;
    private final RunningServer server;
    private final int round;

    Visit(Plan plan, RunningServer server, int round) {
        this.plan = plan;
        this.server = server;
        this.round = round;
    }

    /** Every key is there afterwards, and the code that sets keys is compiled. */
    void warmUp() throws IOException {
        try (LoadGenerator generator = new LoadGenerator(server.port(), plan.clients())) {
            generator.closedLoopOf(
                    Workload.fill(plan.keys()), FILL_PIPELINE, plan.keys().keyCount());
            Operations sets = Workload.SET.operations(plan.keys(), round);
            generator.closedLoop(sets, FILL_PIPELINE, Plan.nanos(plan.warmUpSeconds()));
        }
    }

    /** Measures one load. */
    Sample measure(Cell cell, Histogram latencies) throws IOException {
        try (LoadGenerator generator = new LoadGenerator(server.port(), cell.clients())) {
            cell.run(generator, plan.keys(), 1000L + round, Plan.nanos(plan.seconds() * WARM_UP_PART));
            WrittenBytes.awaitReplay(server);
            double written = WrittenBytes.of(server);
            long cpu = server.meter().cpuNanos();
            LoadResult result = cell.run(generator, plan.keys(), round, Plan.nanos(plan.seconds()));
            double cpuMicros = (server.meter().cpuNanos() - cpu) / 1e3 / Math.max(1, result.operationCount());
            latencies.add(result.latency());
            WrittenBytes.awaitReplay(server);
            return sample(cell, result, cpuMicros, WrittenBytes.of(server) - written);
        }
    }

    private Sample sample(Cell cell, LoadResult result, double cpuMicros, double writtenBytes) {
        Histogram latency = result.latency();
        return new Sample(
                server.arm().name(),
                cell.name(),
                round,
                result.perSecond(),
                latency.getValueAtPercentile(50) / 1e3,
                latency.getValueAtPercentile(99) / 1e3,
                latency.getValueAtPercentile(99.9) / 1e3,
                latency.getMaxValue() / 1e3,
                result.longestStallNanos() / 1e6,
                result.unfinishedCount(),
                result.lateness().getValueAtPercentile(99) / 1e3,
                cpuMicros,
                result.payloadBytes() == 0 ? Double.NaN : writtenBytes / result.payloadBytes(),
                result.timeline());
    }
}
