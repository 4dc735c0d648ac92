package io.nvmredis.bench.result;

import java.util.List;
import java.util.Map;

/**
 * All that a run found.
 *
 * @param media what the data are written to, with the domain and what is emulated, for every title
 * @param date in ISO 8601
 * @param commandLine that gives it again
 * @param versions of everything measured, by name
 * @param settings that were in force
 */
public record BenchReport(
        String media,
        String date,
        String commandLine,
        double elapsedSeconds,
        Machine machine,
        Map<String, String> versions,
        Map<String, String> settings,
        List<ArmReport> arms,
        List<CellReport> cells,
        List<Sample> samples,
        List<RestartReport> restarts,
        List<BehaviourReport> behaviours,
        List<ReplayReport> replays,
        List<CheckReport> checks,
        List<String> notes) {}
