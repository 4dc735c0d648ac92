package io.nvmredis.bench;

import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.ArmCatalog;
import io.nvmredis.bench.arm.UnavailableException;
import io.nvmredis.bench.micro.MicroBenchmarks;
import io.nvmredis.bench.program.Programs;
import io.nvmredis.bench.report.ReportFiles;
import io.nvmredis.bench.result.BenchReport;
import io.nvmredis.bench.run.BenchRun;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./nvm-redis bench}: measures persistences against each other and writes a report. */
@Command(
        name = "nvm-redis bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpWidth = 110,
        description = {
            "Compares what persistence costs and gives: servers one after another, in rounds, under the same load.",
            "Loads are written workload@pipeline, workload@pipelinexclients or, with a fixed rate,"
                    + " workload@rate/s; workloads are set, get, get-set, zipf, incr, hset, list, zadd, multi, large.",
            "With --micro as the first argument JMH's microbenchmarks are run; what follows is for JMH.",
            "With --program as the first argument a measurement of its own is run; its name and arguments follow,"
                    + " see bench/README.md.%n"
        })
public final class Bench implements Callable<Integer> {
    private final PrintStream out;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    Bench(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] arguments)
            throws IOException, UnavailableException, InterruptedException, ExecutionException {
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "--micro" -> MicroBenchmarks.run(others(arguments));
            case "--program" -> System.exit(Programs.run(System.out, others(arguments)));
            default -> System.exit(run(System.out, arguments));
        }
    }

    private static String[] others(String... arguments) {
        return Arrays.copyOfRange(arguments, 1, arguments.length);
    }

    /** Returns the exit status: 0, 1 if nothing could be measured, 2 if the command line is wrong. */
    static int run(PrintStream out, String... arguments) {
        Bench bench = new Bench(out);
        bench.arguments = List.of(arguments);
        return new CommandLine(bench).execute(arguments);
    }

    private List<String> arguments = List.of();

    @Override
    public Integer call() throws IOException {
        List<String> faults = new ArrayList<>();
        BenchPlans plans = new BenchPlans(options, faults);
        if (!faults.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join(System.lineSeparator(), faults));
        }
        if (options.list) {
            list(plans.catalog());
            return 0;
        }
        return measure(plans);
    }

    private void list(ArmCatalog catalog) {
        List<String> defaults = catalog.defaults();
        for (String name : catalog.names()) {
            out.println((defaults.contains(name) ? "* " : "  ") + name);
        }
        out.println("Those with * are run if --arms is not given.");
        catalog.whyNots().forEach(out::println);
    }

    private int measure(BenchPlans plans) throws IOException {
        List<Arm> restartArms = plans.restartArms();
        BenchReport report = new BenchRun(plans.plan(), plans.catalog(), restartArms, out)
                .run(plans.media(), commandLine(), plans.settings(), plans.notes());
        Path directory = new ReportFiles(report).write(options.out);
        out.println("Report: " + directory.resolve(ReportFiles.HTML));
        boolean measured = report.arms().stream().anyMatch(arm -> arm.failure() == null);
        return measured ? 0 : 1;
    }

    private String commandLine() {
        return ("./nvm-redis bench " + String.join(" ", arguments)).trim();
    }
}
