package io.nvmredis.bench.run;

import io.nvmredis.bench.arm.Arm;
import io.nvmredis.bench.arm.ArmCatalog;
import io.nvmredis.bench.result.BenchReport;
import io.nvmredis.bench.result.Machine;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A run of the whole plan. */
public final class BenchRun {
    private final Plan plan;
    private final ArmCatalog catalog;
    private final List<Arm> arms;
    private final List<Arm> restartArms;
    private final Journal journal;

    /**
     * A run.
     *
     * @param restartArms those whose restarts are measured
     */
    public BenchRun(Plan plan, ArmCatalog catalog, List<Arm> restartArms, PrintStream out) {
        this.plan = plan;
        this.catalog = catalog;
        this.restartArms = List.copyOf(restartArms);
        this.arms = plan.arms().stream()
                .map(name -> catalog.find(name).orElseThrow())
                .toList();
        this.journal = new Journal(out);
    }

    /**
     * Runs it.
     *
     * @param media for every title: what the data are written to, and whether that is emulated
     * @param commandLine that gives the run again
     */
    public BenchReport run(String media, String commandLine, Map<String, String> settings, List<String> notes) {
        Instant begin = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        long start = System.nanoTime();
        Comparison comparison = new Comparison(plan, arms, journal);
        comparison.run();
        var restarts = new RestartSection(plan, restartArms, journal).run();
        var behaviours = new BehaviourSection(plan, arms, journal).run();
        var replays = new ReplaySection(plan, catalog.memory(), catalog.emulation(), journal).run();
        var cells = comparison.cells();
        var checks = new CheckSection(plan, arms, journal).run();
        List<String> allNotes = new ArrayList<>(notes);
        allNotes.addAll(journal.notes());
        return new BenchReport(
                media,
                begin.toString(),
                commandLine,
                (System.nanoTime() - start) / 1e9,
                Machine.current(),
                Versions.of(plan.arms()),
                settings,
                journal.reports(),
                cells,
                comparison.samples(),
                restarts,
                behaviours,
                replays,
                checks,
                allNotes);
    }
}
