package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.ArmCatalog;
import io.nvmredis.bench.arm.BenchDirectory;
import io.nvmredis.bench.arm.RunningServer;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.load.LoadGenerator;
import io.nvmredis.bench.load.LoadResult;
import io.nvmredis.bench.load.Operations;
import io.nvmredis.bench.load.Workload;
import io.nvmredis.bench.result.CheckReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The same SETs by our own generator and by redis-benchmark, one after the other on one server: do both say the same? */
final class CheckSection {
    private static final List<Integer> PIPELINES = List.of(1, 16);
    private static final Pattern RATE = Pattern.compile("\"SET\",\"([0-9.]+)\"");

    private final Plan plan;
    private final List<Arm> arms;
    private final Journal journal;

    CheckSection(Plan plan, List<Arm> arms, Journal journal) {
        this.plan = plan;
        this.arms = arms;
        this.journal = journal;
    }

    List<CheckReport> run() {
        List<CheckReport> reports = new ArrayList<>();
        if (!plan.checks()) {
            return reports;
        }
        Optional<Path> program = ArmCatalog.onPath("redis-benchmark");
        if (program.isEmpty()) {
            journal.note("There is no redis-benchmark on the PATH to check the figures with.");
            return reports;
        }
        arms.stream().filter(arm -> !journal.hasFailed(arm)).forEach(arm -> check(arm, program.get(), reports));
        return reports;
    }

    private void check(Arm arm, Path program, List<CheckReport> reports) {
        try (BenchDirectory directory = new BenchDirectory(arm.parent().toString());
                RunningServer server = RunningServer.start(arm, directory.resolve("data"))) {
            new Visit(plan, server, 0).warmUp();
            for (int pipeline : PIPELINES) {
                double own = own(server, pipeline);
                List<String> command = command(program, server, pipeline, own);
                CheckReport report = new CheckReport(
                        arm.name(), pipeline, plan.clients(), own, rate(command), String.join(" ", command));
                reports.add(report);
                journal.say(
                        "check  %-18s pipeline %2d  own %,10.0f/s  redis-benchmark %,10.0f/s",
                        arm.name(), pipeline, own, report.redisBenchmarkPerSecond());
            }
        } catch (UnavailableException | IOException e) {
            journal.say("%-18s check LEFT OUT: %s", arm.name(), e.getMessage());
            journal.note("redis-benchmark has not measured " + arm.name() + ": " + e.getMessage());
        }
    }

    private double own(RunningServer server, int pipeline) throws IOException {
        try (LoadGenerator generator = new LoadGenerator(server.port(), plan.clients())) {
            Operations sets = Workload.SET.operations(plan.keys(), pipeline);
            LoadResult result = generator.closedLoop(sets, pipeline, Plan.nanos(plan.seconds()));
            return result.perSecond();
        }
    }

    /** As many requests as take about as long. */
    private List<String> command(Path program, RunningServer server, int pipeline, double perSecond) {
        long count = Math.max(plan.clients() * (long) pipeline, (long) (perSecond * plan.seconds()));
        return List.of(
                program.toString(),
                "-p",
                Integer.toString(server.port()),
                "-t",
                "set",
                "-c",
                Integer.toString(plan.clients()),
                "-P",
                Integer.toString(pipeline),
                "-n",
                Long.toString(count),
                "-r",
                Integer.toString(plan.keys().keyCount()),
                "-d",
                Integer.toString(plan.keys().valueLength()),
                "--csv");
    }

    private static double rate(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.onExit().join();
        Matcher matcher = RATE.matcher(output);
        if (!matcher.find()) {
            throw new IOException("redis-benchmark printed no rate: " + output.strip());
        }
        return Double.parseDouble(matcher.group(1));
    }
}
