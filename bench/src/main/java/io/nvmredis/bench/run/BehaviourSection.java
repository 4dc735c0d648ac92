package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.LoadResult;
import io.nvmredis.bench.load.Workload;
import io.nvmredis.bench.result.BehaviourReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Throughput over time of pipelined SETs, while the server writes its data set anew after a third of the time, or, with
 * {@code nvm-aof}, applies its log to the table all the time.
 */
final class BehaviourSection {
    private static final int PIPELINE = 16;
    /** Data enough for a rewrite to take a while. */
    private static final int KEY_FACTOR = 5;

    private final Plan plan;
    private final List<Arm> arms;
    private final Journal journal;

    BehaviourSection(Plan plan, List<Arm> arms, Journal journal) {
        this.plan = plan;
        this.arms = arms;
        this.journal = journal;
    }

    List<BehaviourReport> run() {
        List<BehaviourReport> reports = new ArrayList<>();
        if (plan.behaviourSeconds() > 0) {
            for (Arm arm : arms) {
                if (!journal.hasFailed(arm) && !arm.name().endsWith("-always")) {
                    watch(arm, reports);
                }
            }
        }
        return reports;
    }

    private void watch(Arm arm, List<BehaviourReport> reports) {
        try (BenchDirectory directory = new BenchDirectory(arm.parent().toString());
                RunningServer server = RunningServer.start(arm, directory.resolve("data"))) {
            reports.add(watch(server));
        } catch (UnavailableException | IOException e) {
            journal.say("%-18s behaviour LEFT OUT: %s", arm.name(), e.getMessage());
            journal.note("Throughput over time of " + arm.name() + " is left out: " + e.getMessage());
        }
    }

    private BehaviourReport watch(RunningServer server) throws IOException {
        DataShape small = plan.keys();
        DataShape keys = new DataShape(KEY_FACTOR * small.keyCount(), small.valueLength(), small.largeValueLength());
        long nanos = Plan.nanos(plan.behaviourSeconds());
        try (LoadGenerator generator = new LoadGenerator(server.port(), plan.clients())) {
            generator.closedLoopOf(Workload.fill(keys), PIPELINE, keys.keyCount());
            try (Activity activity = Activity.start(server, nanos / 3)) {
                LoadResult result = generator.closedLoop(Workload.SET.operations(keys, 1), PIPELINE, nanos);
                return report(server, activity, result);
            }
        }
    }

    private BehaviourReport report(RunningServer server, Activity activity, LoadResult result) throws IOException {
        activity.stop();
        journal.say(
                "over time  %-18s %-14s %,10.0f/s  longest stall %,7.1f ms",
                server.arm().name(), activity.name(), result.perSecond(), result.longestStallNanos() / 1e6);
        return new BehaviourReport(
                server.arm().name(),
                activity.name(),
                LoadResult.BUCKET_MILLIS,
                result.timeline(),
                activity.beganMillis(),
                activity.endedMillis(),
                result.longestStallNanos() / 1e6,
                result.latency().getValueAtPercentile(99.9) / 1e3,
                activity.backlogBytes());
    }
}
