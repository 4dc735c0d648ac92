package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.DataShape;
import io.nvmredis.bench.result.RestartReport;
import io.nvmredis.bench.result.Spread;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How long after the start of its process a server with so much data answers its first read, and its first write.
 *
 * <p>The data set grows from one size to the next. After it has grown, a server of {@code nvm-aof} is killed, so that it
 * has a tail to replay, and any other is ended by SIGTERM, so that its file is complete; each restart after that follows
 * a kill.
 */
final class RestartSection {
    private final Plan plan;
    private final List<Arm> arms;
    private final Journal journal;
    private final FirstAnswers answers = new FirstAnswers();
    private final List<RestartReport> reports = new ArrayList<>();

    RestartSection(Plan plan, List<Arm> arms, Journal journal) {
        this.plan = plan;
        this.arms = arms;
        this.journal = journal;
    }

    List<RestartReport> run() {
        if (!plan.restartGigabytes().isEmpty()) {
            arms.forEach(this::grow);
        }
        return reports;
    }

    private void grow(Arm arm) {
        try (BenchDirectory directory = new BenchDirectory(arm.parent().toString())) {
            Path data = directory.resolve("data");
            GrowingData growing = new GrowingData(arm, data, plan.restartValueLength());
            boolean replays = arm.name().startsWith("nvm-aof");
            for (double gigabytes : plan.restartGigabytes()) {
                DataShape keys = growing.growTo(gigabytes, replays ? RunningServer::kill : RunningServer::stop);
                reports.add(measure(arm, data, keys, gigabytes));
            }
        } catch (UnavailableException | IOException e) {
            journal.say("%-18s restarts LEFT OUT: %s", arm.name(), e.getMessage());
            journal.note("Restarts of " + arm.name() + " are left out from some size on: " + e.getMessage());
        }
    }

    private RestartReport measure(Arm arm, Path data, DataShape keys, double gigabytes)
            throws IOException, UnavailableException {
        List<Double> reads = new ArrayList<>();
        List<Double> writes = new ArrayList<>();
        for (int i = 0; i < plan.restarts(); i++) {
            try (RunningServer server = RunningServer.launch(arm, data)) {
                FirstAnswers.Times times = answers.of(server, keys);
                reads.add(times.readMillis());
                writes.add(times.writeMillis());
            }
        }
        RestartReport report =
                new RestartReport(arm.name(), gigabytes, keys.keyCount(), Spread.of(reads), Spread.of(writes));
        journal.say(
                "restart  %-18s %5.1f GB  first read %,8.0f ms  first write %,8.0f ms",
                arm.name(),
                gigabytes,
                report.firstReadMillis().median(),
                report.firstWriteMillis().median());
        return report;
    }
}
